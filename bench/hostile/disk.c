/* A disk that fails: in a program that has loaded this before the C library, the n-th call that
   touches a file below one folder fails, alone or with all after it. What Qt, numpy and onnxruntime
   call themselves is met too. Counts the calls where no n is given. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITES = 1, READS = 2 };

static char folder[4096], met[64];
static size_t length;
static long first = -1, calls;
static int code, stays, kinds;

void disk_arm(const char *below, int which, long place, int error, int lasts) {
    kinds = 0;
    strncpy(folder, below, sizeof folder - 1);
    length = strlen(folder);
    first = place, code = error, stays = lasts, calls = 0, met[0] = 0;
    kinds = which;
}

long disk_disarm(void) {
    kinds = 0;
    return calls;
}

const char *disk_met(void) { return met; }

static int fails(const char *name, int kind) {
    if (!(kinds & kind)) return 0;
    long place = __sync_fetch_and_add(&calls, 1);
    if (first < 0 || place < first || (place > first && !stays)) return 0;
    if (place == first) strncpy(met, name, sizeof met - 1);
    errno = code;
    return 1;
}

static int below(const char *path) {
    return !strncmp(path, folder, length) && (path[length] == 0 || path[length] == '/');
}

static int named(const char *path) { /* the program's own folder is this one */
    return kinds && path && (path[0] != '/' || below(path));
}

static int held(int file) {
    if (!kinds) return 0;
    char name[64], path[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t size = readlink(name, path, sizeof path - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    return below(path);
}

static int writes(int flags) { return (flags & (O_CREAT | O_TRUNC)) || (flags & O_ACCMODE); }

#define REAL(result, name, ...)                                   \
    static result (*real)(__VA_ARGS__);                           \
    if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);

#define OPEN(name)                                                               \
    int name(const char *path, int flags, ...) {                                 \
        REAL(int, #name, const char *, int, ...)                                 \
        mode_t mode = 0;                                                         \
        if (flags & (O_CREAT | O_TMPFILE)) {                                     \
            va_list given;                                                       \
            va_start(given, flags);                                              \
            mode = va_arg(given, mode_t);                                        \
            va_end(given);                                                       \
        }                                                                        \
        if (named(path) && fails("open", writes(flags) ? WRITES : READS)) return -1; \
        return real(path, flags, mode);                                          \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                             \
    int name(int at, const char *path, int flags, ...) {                         \
        REAL(int, #name, int, const char *, int, ...)                            \
        mode_t mode = 0;                                                         \
        if (flags & (O_CREAT | O_TMPFILE)) {                                     \
            va_list given;                                                       \
            va_start(given, flags);                                              \
            mode = va_arg(given, mode_t);                                        \
            va_end(given);                                                       \
        }                                                                        \
        int ours = path[0] != '/' && at != AT_FDCWD ? held(at) : named(path); \
        if (ours && fails("open", writes(flags) ? WRITES : READS)) return -1;    \
        return real(at, path, flags, mode);                                      \
    }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                                              \
    FILE *name(const char *path, const char *mode) {                             \
        REAL(FILE *, #name, const char *, const char *)                          \
        if (named(path) && fails("fopen", strpbrk(mode, "wa+") ? WRITES : READS)) return NULL; \
        return real(path, mode);                                                 \
    }
FOPEN(fopen)
FOPEN(fopen64)

#define ON_FILE(result, name, kind, declared, given)                             \
    result name declared {                                                       \
        REAL(result, #name, ON_FILE_TYPES_##name)                                \
        if (held(file) && fails(#name, kind)) return -1;                         \
        return real given;                                                       \
    }
#define ON_FILE_TYPES_write int, const void *, size_t
#define ON_FILE_TYPES_pwrite int, const void *, size_t, off_t
#define ON_FILE_TYPES_pwrite64 int, const void *, size_t, off64_t
#define ON_FILE_TYPES_writev int, const struct iovec *, int
#define ON_FILE_TYPES_read int, void *, size_t
#define ON_FILE_TYPES_pread int, void *, size_t, off_t
#define ON_FILE_TYPES_pread64 int, void *, size_t, off64_t
#define ON_FILE_TYPES_readv int, const struct iovec *, int
#define ON_FILE_TYPES_fsync int
#define ON_FILE_TYPES_fdatasync int
#define ON_FILE_TYPES_ftruncate int, off_t
#define ON_FILE_TYPES_ftruncate64 int, off64_t
ON_FILE(ssize_t, write, WRITES, (int file, const void *data, size_t size), (file, data, size))
ON_FILE(ssize_t, pwrite, WRITES, (int file, const void *data, size_t size, off_t at), (file, data, size, at))
ON_FILE(ssize_t, pwrite64, WRITES, (int file, const void *data, size_t size, off64_t at), (file, data, size, at))
ON_FILE(ssize_t, writev, WRITES, (int file, const struct iovec *data, int count), (file, data, count))
ON_FILE(ssize_t, read, READS, (int file, void *data, size_t size), (file, data, size))
ON_FILE(ssize_t, pread, READS, (int file, void *data, size_t size, off_t at), (file, data, size, at))
ON_FILE(ssize_t, pread64, READS, (int file, void *data, size_t size, off64_t at), (file, data, size, at))
ON_FILE(ssize_t, readv, READS, (int file, const struct iovec *data, int count), (file, data, count))
ON_FILE(int, fsync, WRITES, (int file), (file))
ON_FILE(int, fdatasync, WRITES, (int file), (file))
ON_FILE(int, ftruncate, WRITES, (int file, off_t size), (file, size))
ON_FILE(int, ftruncate64, WRITES, (int file, off64_t size), (file, size))

int close(int file) { /* it is closed all the same, as on Linux */
    REAL(int, "close", int)
    int flags = kinds ? fcntl(file, F_GETFL) : 0;
    int bad = kinds && flags >= 0 && (flags & O_ACCMODE) && held(file) && fails("close", WRITES);
    int result = real(file);
    if (!bad) return result;
    errno = code;
    return -1;
}

size_t fwrite(const void *data, size_t size, size_t count, FILE *stream) {
    REAL(size_t, "fwrite", const void *, size_t, size_t, FILE *)
    if (kinds && held(fileno(stream)) && fails("fwrite", WRITES)) return 0;
    return real(data, size, count, stream);
}

size_t fread(void *data, size_t size, size_t count, FILE *stream) {
    REAL(size_t, "fread", void *, size_t, size_t, FILE *)
    if (kinds && held(fileno(stream)) && fails("fread", READS)) return 0;
    return real(data, size, count, stream);
}

int fflush(FILE *stream) {
    REAL(int, "fflush", FILE *)
    if (kinds && stream && held(fileno(stream)) && fails("fflush", WRITES)) return EOF;
    return real(stream);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *)
    return named(to) && fails("rename", WRITES) ? -1 : real(from, to);
}

int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    REAL(int, "renameat2", int, const char *, int, const char *, unsigned)
    return named(to) && fails("rename", WRITES) ? -1 : real(from_at, from, to_at, to, flags);
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *)
    return named(to) && fails("link", WRITES) ? -1 : real(from, to);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t)
    return named(path) && fails("mkdir", WRITES) ? -1 : real(path, mode);
}

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name></name>
    <message>
        <source>Open model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Open an ONNX model</source>
        <translation>打开 ONNX 模型</translation>
    </message>
    <message>
        <source>Open demo</source>
        <translation>打开演示</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>Save project as</source>
        <translation>项目另存为</translation>
    </message>
    <message>
        <source>Samples and preprocessing</source>
        <translation>样本与预处理</translation>
    </message>
    <message>
        <source>Data from a folder</source>
        <translation>从文件夹读取数据</translation>
    </message>
    <message>
        <source>Data from a file</source>
        <translation>从文件读取数据</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Run the model on the data and collect statistics of every tensor</source>
        <translation>在数据上运行模型，收集每个张量的统计</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>调整</translation>
    </message>
    <message>
        <source>Decide bits, ranges and methods of the selected layers</source>
        <translation>决定所选层的位宽、范围和方法</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Write the quantized model and check it by running it</source>
        <translation>写出量化模型，并通过运行来检查</translation>
    </message>
    <message>
        <source>Filter layers</source>
        <translation>筛选层</translation>
    </message>
    <message>
        <source>Find a layer or a command</source>
        <translation>查找层或命令</translation>
    </message>
    <message>
        <source>Cancel the work in progress</source>
        <translation>取消正在进行的工作</translation>
    </message>
    <message>
        <source>Keep float</source>
        <translation>保持浮点</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>4 bit</source>
        <translation>4 位</translation>
    </message>
    <message>
        <source>8 bit</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>16 bit</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>Best method</source>
        <translation>最佳方法</translation>
    </message>
    <message>
        <source>Reset to the defaults</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Theme of the system</source>
        <translation>跟随系统主题</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>The language changes with the next start</source>
        <translation>语言在下次启动时更改</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>blocks of {0}</source>
        <translation>每 {0} 个一块</translation>
    </message>
    <message>
        <source>per tensor</source>
        <translation>整个张量</translation>
    </message>
    <message>
        <source>per channel</source>
        <translation>逐通道</translation>
    </message>
    <message>
        <source>Signal to quantization noise of this tensor alone, in dB.
Above 30 is good, below 10 the tensor has lost its shape.</source>
        <translation>仅此张量的信号与量化噪声比，单位 dB。
高于 30 为好，低于 10 时张量已失真。</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Name of the node in the model.</source>
        <translation>模型中节点的名称。</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Number format of the weight.</source>
        <translation>权重的数字格式。</translation>
    </message>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Number format of the activation this layer makes.</source>
        <translation>该层产生的激活的数字格式。</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>算子</translation>
    </message>
    <message>
        <source>ONNX operator.</source>
        <translation>ONNX 算子。</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>What chose the range of the output (of the weight where there is none).</source>
        <translation>由什么选定输出的范围（没有输出时为权重）。</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Smallest real number of the output&apos;s range.</source>
        <translation>输出范围的最小实数。</translation>
    </message>
    <message>
        <source>High</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Largest real number of the output&apos;s range.</source>
        <translation>输出范围的最大实数。</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>粒度</translation>
    </message>
    <message>
        <source>How many weights share one scale.</source>
        <translation>多少个权重共用一个缩放。</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Parameters of the layer once quantized.</source>
        <translation>该层量化后的参数大小。</translation>
    </message>
    <message>
        <source>Stays float because</source>
        <translation>保持浮点的原因</translation>
    </message>
    <message>
        <source>Why a layer is not quantized.</source>
        <translation>为什么该层没有量化。</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Copy data</source>
        <translation>复制数据</translation>
    </message>
    <message>
        <source>Save picture as PNG or SVG</source>
        <translation>将图片存为 PNG 或 SVG</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
</context>
<context>
    <name>ChannelBars</name>
    <message>
        <source>clip range of the tensor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>outlier</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChannelsView</name>
    <message>
        <source>The range of every channel of a tensor will be shown here.</source>
        <translation>这里将显示张量每个通道的范围。</translation>
    </message>
    <message>
        <source>Choose a quantized layer on the left.</source>
        <translation>请在左侧选择一个已量化的层。</translation>
    </message>
    <message>
        <source>Reading channels</source>
        <translation>正在读取通道</translation>
    </message>
    <message>
        <source>{0} has no channels.</source>
        <translation>{0} 没有通道。</translation>
    </message>
    <message>
        <source>{0} channels, {1} dead, {2} outliers</source>
        <translation>{0} 个通道，{1} 个失效，{2} 个离群</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>channels, {0}</source>
        <translation>通道，{0}</translation>
    </message>
    <message>
        <source>one scale for all</source>
        <translation>共用一个缩放</translation>
    </message>
    <message>
        <source>a scale for each</source>
        <translation>各用一个缩放</translation>
    </message>
    <message>
        <source>Reading channel {0}</source>
        <translation>正在读取通道 {0}</translation>
    </message>
    <message>
        <source>value in channel {0}</source>
        <translation>通道 {0} 的值</translation>
    </message>
    <message>
        <source>Click a channel to see its numbers.</source>
        <translation>点击一个通道查看其数值。</translation>
    </message>
    <message>
        <source>channel {0}: {1} to {2}</source>
        <translation>通道 {0}：{1} 至 {2}</translation>
    </message>
    <message>
        <source>, dead: nothing but zeros</source>
        <translation>，失效：全为零</translation>
    </message>
    <message>
        <source>, {0} dB with one scale for all, {1} dB with its own</source>
        <translation>，共用缩放 {0} dB，独立缩放 {1} dB</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Tensor of the layer</source>
        <translation>该层的张量</translation>
    </message>
    <message>
        <source>Order of the channels</source>
        <translation>通道顺序</translation>
    </message>
    <message>
        <source>in order</source>
        <translation>按顺序</translation>
    </message>
    <message>
        <source>widest first</source>
        <translation>最宽优先</translation>
    </message>
    <message>
        <source>worst SQNR first</source>
        <translation>SQNR 最差优先</translation>
    </message>
    <message>
        <source>Dead channels are all zero. Outliers are more than four times as wide as the
median channel: one scale for all then wastes codes on them.</source>
        <translation>失效通道全为零。离群通道比中位通道宽四倍以上：
共用一个缩放会在它们身上浪费编码。</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Range of each channel</source>
        <translation>每个通道的范围</translation>
    </message>
    <message>
        <source>SQNR, dB</source>
        <translation>SQNR，dB</translation>
    </message>
    <message>
        <source>SQNR of each channel</source>
        <translation>每个通道的 SQNR</translation>
    </message>
    <message>
        <source>Signal to quantization noise of each channel, above 30 dB is good:
with one scale for the tensor, and with a scale for each channel.</source>
        <translation>每个通道的信号与量化噪声比，高于 30 dB 为好：
共用一个缩放，以及每个通道各用一个缩放。</translation>
    </message>
    <message>
        <source>count</source>
        <translation>计数</translation>
    </message>
    <message>
        <source>Values of the channel</source>
        <translation>该通道的值</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>name of the snapshot</source>
        <translation>快照名称</translation>
    </message>
    <message>
        <source>Name of the snapshot</source>
        <translation>快照的名称</translation>
    </message>
    <message>
        <source>Keep this plan</source>
        <translation>保留此方案</translation>
    </message>
    <message>
        <source>Go back to it</source>
        <translation>回到该方案</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Snapshots</source>
        <translation>快照</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Bytes of all parameters</source>
        <translation>所有参数的字节数</translation>
    </message>
    <message>
        <source>Worst layer dB</source>
        <translation>最差层 dB</translation>
    </message>
    <message>
        <source>SQNR of the worst tensor alone</source>
        <translation>最差的单个张量的 SQNR</translation>
    </message>
    <message>
        <source>Output SQNR dB</source>
        <translation>输出 SQNR dB</translation>
    </message>
    <message>
        <source>Of the network&apos;s outputs, on some samples</source>
        <translation>网络输出的 SQNR，基于部分样本</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>Share of samples with the same best class</source>
        <translation>最佳类别相同的样本比例</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>On the same samples, where they have labels</source>
        <translation>同一批样本上（有标签时）</translation>
    </message>
    <message>
        <source>Layers that differ</source>
        <translation>不同的层</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>snapshot</source>
        <translation>快照</translation>
    </message>
    <message>
        <source>Weight / output types</source>
        <translation>权重 / 输出类型</translation>
    </message>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>The worse of weight and output</source>
        <translation>权重与输出中较差者</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Snapshots of the plan can be kept and compared here.</source>
        <translation>这里可以保留并比较方案的快照。</translation>
    </message>
    <message>
        <source>as it is now</source>
        <translation>当前方案</translation>
    </message>
    <message>
        <source>plan {0}</source>
        <translation>方案 {0}</translation>
    </message>
    <message>
        <source>keep snapshot {0}</source>
        <translation>保留快照 {0}</translation>
    </message>
    <message>
        <source>go back to {0}</source>
        <translation>回到 {0}</translation>
    </message>
    <message>
        <source>remove {0}</source>
        <translation>移除 {0}</translation>
    </message>
    <message>
        <source>Measuring snapshots</source>
        <translation>正在测量快照</translation>
    </message>
    <message>
        <source>Layers that differ from {0}: {1}</source>
        <translation>与 {0} 不同的层：{1}</translation>
    </message>
</context>
<context>
    <name>DataView</name>
    <message>
        <source>The samples will be here, as the network sees them. Drop a folder of images or an array file anywhere, or choose it under Data in the toolbar.</source>
        <translation>这里将显示网络看到的样本。把图片文件夹或数组文件拖到任意位置，或在工具栏的“数据”中选择。</translation>
    </message>
    <message>
        <source>no labels found</source>
        <translation>没有找到标签</translation>
    </message>
    <message>
        <source>{0} labelled</source>
        <translation>{0} 个有标签</translation>
    </message>
    <message>
        <source>, {0} classes</source>
        <translation>，{0} 个类别</translation>
    </message>
    <message>
        <source>{0} samples, {1}</source>
        <translation>{0} 个样本，{1}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>value = {0}</source>
        <translation>值 = {0}</translation>
    </message>
    <message>
        <source>Reading samples</source>
        <translation>正在读取样本</translation>
    </message>
    <message>
        <source>label {0} {1}</source>
        <translation>标签 {0} {1}</translation>
    </message>
    <message>
        <source>Samples as the network sees them</source>
        <translation>网络看到的样本</translation>
    </message>
    <message>
        <source>guess</source>
        <translation>自动推测</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Short side in pixels, or width x height</source>
        <translation>短边像素数，或 宽 x 高</translation>
    </message>
    <message>
        <source>Side of the centre square, or width x height</source>
        <translation>中心方块的边长，或 宽 x 高</translation>
    </message>
    <message>
        <source>One number, or one for each channel</source>
        <translation>一个数，或每个通道一个</translation>
    </message>
    <message>
        <source>So many samples, evenly spaced over all</source>
        <translation>取这么多样本，均匀分布</translation>
    </message>
    <message>
        <source>Blue first (BGR)</source>
        <translation>蓝色在前（BGR）</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Resize</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Std</source>
        <translation>标准差</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
</context>
<context>
    <name>DistributionView</name>
    <message>
        <source>The values of every tensor will be here.</source>
        <translation>这里将显示每个张量的值。</translation>
    </message>
    <message>
        <source>Choose a layer on the left to see its values.</source>
        <translation>请在左侧选择一层查看其值。</translation>
    </message>
    <message>
        <source>{0} stays float: {1}.</source>
        <translation>{0} 保持浮点：{1}。</translation>
    </message>
    <message>
        <source>No values of this tensor were seen.</source>
        <translation>没有见到该张量的值。</translation>
    </message>
    <message>
        <source>Type a number, or move it one step with the up and down keys</source>
        <translation>输入数字，或用上下键移动一步</translation>
    </message>
    <message>
        <source>Each channel has its own range: choose per tensor to set it by hand</source>
        <translation>每个通道有自己的范围：选择整个张量后才能手动设置</translation>
    </message>
    <message>
        <source>set the range of {0}</source>
        <translation>设置 {0} 的范围</translation>
    </message>
    <message>
        <source>choose {0} for {1}</source>
        <translation>为 {1} 选择 {0}</translation>
    </message>
    <message>
        <source>Trying methods</source>
        <translation>正在尝试各种方法</translation>
    </message>
    <message>
        <source>Reading the weight</source>
        <translation>正在读取权重</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>This tensor stays float.</source>
        <translation>该张量保持浮点。</translation>
    </message>
    <message>
        <source>Each channel was searched by itself: there is no single curve.</source>
        <translation>每个通道单独搜索：没有单一曲线。</translation>
    </message>
    <message>
        <source>The range was set by hand: nothing was searched.</source>
        <translation>范围是手动设置的：没有搜索。</translation>
    </message>
    <message>
        <source>This method does not search.</source>
        <translation>该方法不进行搜索。</translation>
    </message>
    <message>
        <source>{0}: {1} values, {2}</source>
        <translation>{0}：{1} 个值，{2}</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>count</source>
        <translation>计数</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>直方图</translation>
    </message>
    <message>
        <source>threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>objective</source>
        <translation>目标函数</translation>
    </message>
    <message>
        <source>Search curve</source>
        <translation>搜索曲线</translation>
    </message>
    <message>
        <source>Tensor of the layer</source>
        <translation>该层的张量</translation>
    </message>
    <message>
        <source>Log counts</source>
        <translation>对数计数</translation>
    </message>
    <message>
        <source>Counts on a logarithmic scale (L)</source>
        <translation>以对数刻度显示计数（L）</translation>
    </message>
    <message>
        <source>Low end of the range</source>
        <translation>范围下限</translation>
    </message>
    <message>
        <source>High end of the range</source>
        <translation>范围上限</translation>
    </message>
    <message>
        <source>SQNR</source>
        <translation>SQNR</translation>
    </message>
    <message>
        <source>Signal to quantization noise of this tensor alone; above 30 dB is good.
Computed from the histogram, in closed form.</source>
        <translation>仅此张量的信号与量化噪声比；高于 30 dB 为好。
由直方图以闭式算出。</translation>
    </message>
    <message>
        <source>clipped</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Share of the values outside the range: they take its ends.
A little clipping often pays for finer steps.</source>
        <translation>范围之外的值的比例：它们取范围端点。
少量截断常换来更细的步长。</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>Distance of two neighbouring codes: the scale.
Rounding errors are at most half of it.</source>
        <translation>相邻两个编码的距离：缩放。
舍入误差至多为其一半。</translation>
    </message>
    <message>
        <source>low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>high</source>
        <translation>上限</translation>
    </message>
</context>
<context>
    <name>ExportView</name>
    <message>
        <source>The quantized model is written and checked here.</source>
        <translation>量化模型在这里写出并检查。</translation>
    </message>
    <message>
        <source>Exporting {0}</source>
        <translation>正在导出 {0}</translation>
    </message>
    <message>
        <source>file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>output SQNR</source>
        <translation>输出 SQNR</translation>
    </message>
    <message>
        <source>agreement</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>latency of one sample</source>
        <translation>单个样本延迟</translation>
    </message>
    <message>
        <source>Save plan</source>
        <translation>保存方案</translation>
    </message>
    <message>
        <source>Plans (*.json)</source>
        <translation>方案 (*.json)</translation>
    </message>
    <message>
        <source>Save layers</source>
        <translation>保存层表</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx)</source>
        <translation>ONNX 模型 (*.onnx)</translation>
    </message>
    <message>
        <source>File to write</source>
        <translation>要写的文件</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>浏览</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>QDQ</source>
        <translation>QDQ</translation>
    </message>
    <message>
        <source>Float operators between QuantizeLinear and DequantizeLinear: runs everywhere</source>
        <translation>浮点算子夹在 QuantizeLinear 与 DequantizeLinear 之间：到处可运行</translation>
    </message>
    <message>
        <source>QOperator</source>
        <translation>QOperator</translation>
    </message>
    <message>
        <source>Integer operators, as older runtimes want them</source>
        <translation>整数算子，适合较旧的运行时</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>written beside, checked and loaded</source>
        <translation>已写在一旁，检查并加载</translation>
    </message>
    <message>
        <source>run, and compared with the simulation</source>
        <translation>已运行，并与模拟比较</translation>
    </message>
    <message>
        <source>compared with the float model on the data</source>
        <translation>已在数据上与浮点模型比较</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Every decision as JSON, for the command line and other models</source>
        <translation>全部决定存为 JSON，供命令行和其他模型使用</translation>
    </message>
    <message>
        <source>The layer table as CSV</source>
        <translation>层表存为 CSV</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Copy command line</source>
        <translation>复制命令行</translation>
    </message>
    <message>
        <source>Saves the plan beside the file and copies the command that uses it</source>
        <translation>把方案存在文件旁边，并复制使用它的命令</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX 模型 (*.onnx);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Quantscope projects (*{0})</source>
        <translation>Quantscope 项目 (*{0})</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>{0} has moved: where is it?</source>
        <translation>{0} 已被移动：它在哪里？</translation>
    </message>
    <message>
        <source>Choose data</source>
        <translation>选择数据</translation>
    </message>
    <message>
        <source>Arrays and images ({0});;All files (*)</source>
        <translation>数组和图片 ({0});;所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>GraphCanvas</name>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Save picture as PNG or SVG</source>
        <translation>将图片存为 PNG 或 SVG</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
</context>
<context>
    <name>GraphView</name>
    <message>
        <source>Graph of the model</source>
        <translation>模型图</translation>
    </message>
    <message>
        <source>The model will be drawn here once it is open.</source>
        <translation>打开模型后将在这里绘制。</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{1} 中的 {0}</translation>
    </message>
    <message>
        <source>Drawing the model.</source>
        <translation>正在绘制模型。</translation>
    </message>
    <message>
        <source>Drawing the model</source>
        <translation>正在绘制模型</translation>
    </message>
    <message>
        <source>{0} dB</source>
        <translation>{0} dB</translation>
    </message>
    <message>
        <source>Calibrate for colours and figures.</source>
        <translation>校准后显示颜色和数值。</translation>
    </message>
    <message>
        <source>Not compared yet.</source>
        <translation>尚未比较。</translation>
    </message>
    <message>
        <source>Of an older plan.</source>
        <translation>属于旧方案。</translation>
    </message>
    <message>
        <source>Colour by</source>
        <translation>着色依据</translation>
    </message>
    <message>
        <source>SQNR, worse of weight and output</source>
        <translation>SQNR，权重与输出中较差者</translation>
    </message>
    <message>
        <source>SQNR of the weight</source>
        <translation>权重的 SQNR</translation>
    </message>
    <message>
        <source>SQNR of the output</source>
        <translation>输出的 SQNR</translation>
    </message>
    <message>
        <source>SQNR with all before it</source>
        <translation>连同之前所有层的 SQNR</translation>
    </message>
    <message>
        <source>The figure that colours the boxes, in dB; above 30 is good.
The first three look at one tensor alone, the last adds up all before it.</source>
        <translation>决定方框颜色的数值，单位 dB；高于 30 为好。
前三项只看单个张量，最后一项累计之前所有层。</translation>
    </message>
    <message>
        <source>Find a node</source>
        <translation>查找节点</translation>
    </message>
    <message>
        <source>Name or operator; Return goes to the next match</source>
        <translation>名称或算子；回车跳到下一个</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>The whole model in view (0)
The wheel zooms, dragging moves, arrow keys follow the wires.</source>
        <translation>显示整个模型（0）
滚轮缩放，拖动移动，方向键沿连线行走。</translation>
    </message>
    <message>
        <source>Compare layers</source>
        <translation>比较各层</translation>
    </message>
    <message>
        <source>Runs the quantized network and compares every layer with the float one</source>
        <translation>运行量化网络，将每一层与浮点层比较</translation>
    </message>
</context>
<context>
    <name>IntegerPanel</name>
    <message>
        <source>How wide the integer sums of a layer get will be shown here.</source>
        <translation>这里将显示一层的整数和有多宽。</translation>
    </message>
    <message>
        <source>Choose a quantized layer on the left.</source>
        <translation>请在左侧选择一个已量化的层。</translation>
    </message>
    <message>
        <source>keep pairs of products safe</source>
        <translation>保证乘积对安全</translation>
    </message>
    <message>
        <source>Computing every layer in integers</source>
        <translation>正在以整数计算每一层</translation>
    </message>
    <message>
        <source>Computing in integers</source>
        <translation>正在以整数计算</translation>
    </message>
    <message>
        <source>Computing in integers.</source>
        <translation>正在以整数计算。</translation>
    </message>
    <message>
        <source>On {0} samples</source>
        <translation>基于 {0} 个样本</translation>
    </message>
    <message>
        <source>{0} a sum leaves int32: it wraps around. Use fewer bits.</source>
        <translation>{0} 有和超出 int32：会回绕。请减少位数。</translation>
    </message>
    <message>
        <source>int32 cuts off {0} values of the bias: raise the scale of the weight, or use one scale for the whole tensor.</source>
        <translation>int32 截断了 {0} 个偏置值：请增大权重的缩放，或整个张量共用一个缩放。</translation>
    </message>
    <message>
        <source>{0} {1} pairs of products saturate int16 on x86 CPUs without VNNI: results differ there.</source>
        <translation>{0} 在没有 VNNI 的 x86 CPU 上有 {1} 对乘积在 int16 饱和：结果会不同。</translation>
    </message>
    <message>
        <source>{0} nothing saturates, but some input could on x86 CPUs without VNNI.</source>
        <translation>{0} 没有饱和，但某些输入在没有 VNNI 的 x86 CPU 上可能饱和。</translation>
    </message>
    <message>
        <source>{0} nothing saturates, and no input can make it.</source>
        <translation>{0} 没有饱和，任何输入都不会饱和。</translation>
    </message>
    <message>
        <source>All layers, under an older plan</source>
        <translation>所有层，属于旧方案</translation>
    </message>
    <message>
        <source>Keep pairs safe</source>
        <translation>保证乘积对安全</translation>
    </message>
    <message>
        <source>Shrinks the weights of every layer so that no pair can leave int16.
Costs up to 6 dB of the weights concerned; not needed on ARM or with VNNI.</source>
        <translation>缩小每一层的权重，使任何乘积对都不超出 int16。
相关权重最多损失 6 dB；在 ARM 或有 VNNI 时不需要。</translation>
    </message>
    <message>
        <source>Compute all layers</source>
        <translation>计算所有层</translation>
    </message>
    <message>
        <source>Every layer on one sample, as a table below. Takes seconds.</source>
        <translation>每层一个样本，结果见下表。需要几秒。</translation>
    </message>
    <message>
        <source>Lowest</source>
        <translation>最低</translation>
    </message>
    <message>
        <source>Highest</source>
        <translation>最高</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>At risk</source>
        <translation>有风险</translation>
    </message>
    <message>
        <source>Saturated</source>
        <translation>已饱和</translation>
    </message>
    <message>
        <source>Biases cut</source>
        <translation>偏置截断</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Red where something is cut off or saturates.</source>
        <translation>有截断或饱和时为红色。</translation>
    </message>
    <message>
        <source>Sums of all layers</source>
        <translation>所有层的和</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Filter layers</source>
        <translation>筛选层</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{1} 中的 {0}</translation>
    </message>
    <message>
        <source>{0} layers</source>
        <translation>{0} 层</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>SQNR compares the power of the signal with the power of its rounding error.
6 dB more is one bit more; above 30 dB is good.</source>
        <translation>SQNR 比较信号功率与舍入误差功率。
每多 6 dB 相当于多一位；高于 30 dB 为好。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>The language changes with the next start.</source>
        <translation>语言在下次启动时更改。</translation>
    </message>
    <message>
        <source>command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Logarithmic counts</source>
        <translation>对数计数</translation>
    </message>
    <message>
        <source>Left, Right</source>
        <translation>左、右</translation>
    </message>
    <message>
        <source>Move a clip line by one step</source>
        <translation>将截断线移动一步</translation>
    </message>
    <message>
        <source>Up, Down</source>
        <translation>上、下</translation>
    </message>
    <message>
        <source>Choose the low or the high clip line</source>
        <translation>选择下限或上限截断线</translation>
    </message>
    <message>
        <source>Alt while dragging</source>
        <translation>拖动时按 Alt</translation>
    </message>
    <message>
        <source>Do not snap to the methods</source>
        <translation>不吸附到各方法</translation>
    </message>
    <message>
        <source>target {0}</source>
        <translation>目标 {0}</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>调整</translation>
    </message>
    <message>
        <source>Way of work</source>
        <translation>工作流程</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>What the model will run on: sets the defaults of the plan</source>
        <translation>模型将在何处运行：决定方案的默认值</translation>
    </message>
    <message>
        <source>Quantscope did not close properly. Its last decisions are kept.</source>
        <translation>Quantscope 上次没有正常关闭。最后的决定已保留。</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
</context>
<context>
    <name>MethodsView</name>
    <message>
        <source>Signal to quantization noise of this tensor alone, in dB; more is better.</source>
        <translation>仅此张量的信号与量化噪声比，单位 dB；越大越好。</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Low end of the range, in real numbers</source>
        <translation>范围下限，实数</translation>
    </message>
    <message>
        <source>High</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>High end of the range, in real numbers</source>
        <translation>范围上限，实数</translation>
    </message>
    <message>
        <source>SQNR dB</source>
        <translation>SQNR dB</translation>
    </message>
    <message>
        <source>Clipped</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Share of the values outside the range</source>
        <translation>范围之外的值的比例</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>Distance of two neighbouring codes</source>
        <translation>相邻两个编码的距离</translation>
    </message>
    <message>
        <source>Per channel dB</source>
        <translation>逐通道 dB</translation>
    </message>
    <message>
        <source>SQNR with a range for each channel</source>
        <translation>每个通道各有范围时的 SQNR</translation>
    </message>
    <message>
        <source>Use this method</source>
        <translation>使用此方法</translation>
    </message>
    <message>
        <source>Every range method for the selected tensor will be compared here.</source>
        <translation>这里将比较所选张量的各种范围方法。</translation>
    </message>
    <message>
        <source>Choose a quantized layer on the left.</source>
        <translation>请在左侧选择一个已量化的层。</translation>
    </message>
    <message>
        <source>Trying methods</source>
        <translation>正在尝试各种方法</translation>
    </message>
    <message>
        <source>choose {0} for {1}</source>
        <translation>为 {1} 选择 {0}</translation>
    </message>
    <message>
        <source>{0} stays float.</source>
        <translation>{0} 保持浮点。</translation>
    </message>
</context>
<context>
    <name>Network</name>
    <message>
        <source>Measuring the network</source>
        <translation>正在测量网络</translation>
    </message>
    <message>
        <source>Comparing layers</source>
        <translation>正在比较各层</translation>
    </message>
</context>
<context>
    <name>NetworkView</name>
    <message>
        <source>Compare layers</source>
        <translation>比较各层</translation>
    </message>
    <message>
        <source>Runs the quantized network and compares every layer with the float one:
the error of everything before it added up. Takes seconds.</source>
        <translation>运行量化网络，将每一层与浮点层比较：
之前所有误差累加。需要几秒。</translation>
    </message>
    <message>
        <source>layer, in order of execution</source>
        <translation>层，按执行顺序</translation>
    </message>
    <message>
        <source>SQNR, dB</source>
        <translation>SQNR，dB</translation>
    </message>
    <message>
        <source>SQNR along the network</source>
        <translation>沿网络的 SQNR</translation>
    </message>
    <message>
        <source>The quality of every layer along the network will be shown here.</source>
        <translation>这里将显示沿网络每一层的质量。</translation>
    </message>
    <message>
        <source>Accumulated error: not compared yet.</source>
        <translation>累计误差：尚未比较。</translation>
    </message>
    <message>
        <source>Accumulated error: of an older plan.</source>
        <translation>累计误差：属于旧方案。</translation>
    </message>
    <message>
        <source>Accumulated error on {0} samples.</source>
        <translation>累计误差，基于 {0} 个样本。</translation>
    </message>
    <message>
        <source>{0}: weight {1} dB, output {2} dB</source>
        <translation>{0}：权重 {1} dB，输出 {2} dB</translation>
    </message>
    <message>
        <source>weight alone</source>
        <translation>仅权重</translation>
    </message>
    <message>
        <source>output alone</source>
        <translation>仅输出</translation>
    </message>
    <message>
        <source>all before it too</source>
        <translation>连同之前所有层</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find a layer or a command</source>
        <translation>查找层或命令</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>找到的项</translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>Opening {0}</source>
        <translation>正在打开 {0}</translation>
    </message>
    <message>
        <source>Saving {0}</source>
        <translation>正在保存 {0}</translation>
    </message>
    <message>
        <source>Autosave</source>
        <translation>自动保存</translation>
    </message>
</context>
<context>
    <name>SamplesView</name>
    <message>
        <source>sample</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Range of each sample</source>
        <translation>每个样本的范围</translation>
    </message>
    <message>
        <source>samples seen</source>
        <translation>已见样本数</translation>
    </message>
    <message>
        <source>Range after so many samples</source>
        <translation>见过若干样本后的范围</translation>
    </message>
    <message>
        <source>Which sample made the extremes of a tensor will be shown here.</source>
        <translation>这里将显示哪个样本造成张量的极值。</translation>
    </message>
    <message>
        <source>Choose a layer with a quantized output: weights know no samples.</source>
        <translation>请选择输出已量化的层：权重与样本无关。</translation>
    </message>
    <message>
        <source>No values of this tensor were seen.</source>
        <translation>没有见到该张量的值。</translation>
    </message>
    <message>
        <source>Lowest {0} in {1}, highest {2} in {3}.</source>
        <translation>最低 {0} 在 {1}，最高 {2} 在 {3}。</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Open model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Open demo</source>
        <translation>打开演示</translation>
    </message>
    <message>
        <source>A small network with its data, calibrated at once.</source>
        <translation>一个带数据的小网络，立即校准。</translation>
    </message>
    <message>
        <source>Recent files</source>
        <translation>最近的文件</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>{0} is no longer there.</source>
        <translation>{0} 已不存在。</translation>
    </message>
    <message>
        <source>See what fewer bits do to every layer of a network, and leave with a quantized model that was checked by running it.</source>
        <translation>看看更少的位数对网络每一层的影响，并带走一个经过运行检查的量化模型。</translation>
    </message>
    <message>
        <source>Or drop an .onnx model or a .qscope project anywhere.</source>
        <translation>或者把 .onnx 模型或 .qscope 项目拖到任意位置。</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Opening {0}</source>
        <translation>正在打开 {0}</translation>
    </message>
    <message>
        <source>choose {0}</source>
        <translation>选择 {0}</translation>
    </message>
    <message>
        <source>Calibrating on {0} samples</source>
        <translation>正在用 {0} 个样本校准</translation>
    </message>
    <message>
        <source>Choosing ranges</source>
        <translation>正在选择范围</translation>
    </message>
    <message>
        <source>Something went wrong that should not: {0}</source>
        <translation>发生了不该发生的错误：{0}</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel the work in progress</source>
        <translation>取消正在进行的工作</translation>
    </message>
    <message>
        <source>Stops at once and keeps nothing half-done (Esc)</source>
        <translation>立即停止，不保留半成品（Esc）</translation>
    </message>
    <message>
        <source>{0} / {1}, {2} a second, {3} left</source>
        <translation>{0} / {1}，每秒 {2}，剩余 {3}</translation>
    </message>
    <message>
        <source>parameters {0} {1} {2}</source>
        <translation>参数 {0} {1} {2}</translation>
    </message>
    <message>
        <source>worst layer {0} dB, {1}</source>
        <translation>最差层 {0} dB，{1}</translation>
    </message>
    <message>
        <source>SQNR of the network&apos;s outputs on {0} samples, before and after the last change.
Agreement: the share of samples with the same best class as the float network.</source>
        <translation>网络输出在 {0} 个样本上的 SQNR，最近一次更改之前和之后。
一致率：最佳类别与浮点网络相同的样本比例。</translation>
    </message>
    <message>
        <source>output SQNR {0}</source>
        <translation>输出 SQNR {0}</translation>
    </message>
    <message>
        <source>agreement {0}</source>
        <translation>一致率 {0}</translation>
    </message>
</context>
<context>
    <name>SumsReadout</name>
    <message>
        <source>size of the sums, bits</source>
        <translation>和的大小，位</translation>
    </message>
    <message>
        <source>Range of the sums</source>
        <translation>和的范围</translation>
    </message>
    <message>
        <source>How far the sums of the layer reach on either side of zero, in bits.
Good: well inside int32, the register they are added up in.</source>
        <translation>该层的和向零的两侧伸展多远，以位计。
好：远在累加它们的 int32 寄存器之内。</translation>
    </message>
    <message>
        <source>lowest sum</source>
        <translation>最小和</translation>
    </message>
    <message>
        <source>highest sum</source>
        <translation>最大和</translation>
    </message>
    <message>
        <source>bits needed</source>
        <translation>所需位数</translation>
    </message>
    <message>
        <source>pairs at risk</source>
        <translation>有风险的对</translation>
    </message>
    <message>
        <source>pairs saturated</source>
        <translation>饱和的对</translation>
    </message>
    <message>
        <source>biases cut off</source>
        <translation>截断的偏置</translation>
    </message>
    <message>
        <source>Smallest sum of products plus bias on these samples, in integer steps.</source>
        <translation>这些样本上乘积与偏置之和的最小值，以整数步计。</translation>
    </message>
    <message>
        <source>Largest sum of products plus bias on these samples, in integer steps.</source>
        <translation>这些样本上乘积与偏置之和的最大值，以整数步计。</translation>
    </message>
    <message>
        <source>Width of the narrowest signed register that holds every sum.
Good: at most 32, the register of every runtime.</source>
        <translation>能容纳每个和的最窄有符号寄存器的宽度。
好：至多 32，即各运行时的寄存器。</translation>
    </message>
    <message>
        <source>Pairs of weights that some input could drive beyond int16.
x86 CPUs without VNNI add products in pairs there. Good: 0.</source>
        <translation>某些输入可能使其超出 int16 的权重对。
没有 VNNI 的 x86 CPU 在此成对相加乘积。好：0。</translation>
    </message>
    <message>
        <source>Sums of two products that these samples drive beyond int16.
x86 CPUs without VNNI cut them off; others do not. Good: 0.</source>
        <translation>这些样本使其超出 int16 的两个乘积之和。
没有 VNNI 的 x86 CPU 会截断；其他不会。好：0。</translation>
    </message>
    <message>
        <source>Values of the bias that do not fit int32 at the scale of input times weight.
Good: 0. A larger scale of the weight makes room.</source>
        <translation>以输入乘权重的缩放放不进 int32 的偏置值。
好：0。更大的权重缩放可腾出空间。</translation>
    </message>
</context>
<context>
    <name>TensorForm</name>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>Fewer bits: smaller and faster, 6 dB less SQNR for each.
Widths other than 4, 8 and 16 are stored in the next larger type.</source>
        <translation>位数更少：更小更快，每少一位 SQNR 减 6 dB。
4、8、16 以外的位宽存入下一个更大的类型。</translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation>对称</translation>
    </message>
    <message>
        <source>The zero point lies in the middle. Asymmetric ranges fit one-sided values,
as after a Relu, one bit better.</source>
        <translation>零点位于中间。非对称范围适合单侧的值，
例如 Relu 之后，可多得一位。</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>粒度</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Low by hand</source>
        <translation>手动下限</translation>
    </message>
    <message>
        <source>High by hand</source>
        <translation>手动上限</translation>
    </message>
    <message>
        <source>Not the same for all</source>
        <translation>各不相同</translation>
    </message>
    <message>
        <source>Blocks are for weights of MatMul and Gemm</source>
        <translation>分块用于 MatMul 和 Gemm 的权重</translation>
    </message>
    <message>
        <source>various</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>method</source>
        <translation>按方法</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>手动</translation>
    </message>
</context>
<context>
    <name>TunePanel</name>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Without it the layer computes in float.</source>
        <translation>不勾选时该层以浮点计算。</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>调整</translation>
    </message>
    <message>
        <source>Choose one or more layers on the left.</source>
        <translation>请在左侧选择一层或多层。</translation>
    </message>
    <message>
        <source>{0} layers</source>
        <translation>{0} 层</translation>
    </message>
    <message>
        <source>{0} bits for {1}</source>
        <translation>{1} 用 {0} 位</translation>
    </message>
    <message>
        <source>quantize {0}</source>
        <translation>量化 {0}</translation>
    </message>
    <message>
        <source>keep {0} float</source>
        <translation>{0} 保持浮点</translation>
    </message>
    <message>
        <source>reset {0}</source>
        <translation>重置 {0}</translation>
    </message>
    <message>
        <source>Trying methods</source>
        <translation>正在尝试各种方法</translation>
    </message>
    <message>
        <source>best method: {0}</source>
        <translation>最佳方法：{0}</translation>
    </message>
    <message>
        <source>range by method</source>
        <translation>范围按方法</translation>
    </message>
    <message>
        <source>{0} for {1}</source>
        <translation>{1}：{0}</translation>
    </message>
    <message>
        <source>Its constant takes the type of the activation it meets.</source>
        <translation>该常量采用与其相遇的激活的类型。</translation>
    </message>
    <message>
        <source>It has no weight.</source>
        <translation>没有权重。</translation>
    </message>
    <message>
        <source>Its output stays float: nothing after it asks for codes.</source>
        <translation>其输出保持浮点：之后没有层需要编码。</translation>
    </message>
    <message>
        <source>Stays float: {0}.</source>
        <translation>保持浮点：{0}。</translation>
    </message>
    <message>
        <source>Keep float</source>
        <translation>保持浮点</translation>
    </message>
    <message>
        <source>Leave the selected layers out of quantization</source>
        <translation>所选层不参与量化</translation>
    </message>
    <message>
        <source>16 bit</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>16 bits for weight and output: larger and slower, nearly exact</source>
        <translation>权重和输出用 16 位：更大更慢，几乎精确</translation>
    </message>
    <message>
        <source>Per channel</source>
        <translation>逐通道</translation>
    </message>
    <message>
        <source>A scale for each output channel of the weight</source>
        <translation>权重的每个输出通道一个缩放</translation>
    </message>
    <message>
        <source>Best method</source>
        <translation>最佳方法</translation>
    </message>
    <message>
        <source>Try every range method and take the one of highest SQNR</source>
        <translation>尝试每种范围方法，取 SQNR 最高者</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Back to the defaults of the target</source>
        <translation>恢复目标的默认值</translation>
    </message>
</context>
<context>
    <name>View</name>
    <message>
        <source>{0} Choose data first.</source>
        <translation>{0}请先选择数据。</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>校准</translation>
    </message>
</context>
<context>
    <name>ViewArea</name>
    <message>
        <source>Double-click a tab to tear it off</source>
        <translation>双击标签页可将其分离</translation>
    </message>
</context>
<context>
    <name>WireLegend</name>
    <message>
        <source>Where the wire is orange the tensor travels as integer codes.
Each change of colour costs a conversion: few of them are good.</source>
        <translation>连线为橙色处，张量以整数编码传递。
每次变色都要一次转换：越少越好。</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>codes</source>
        <translation>编码</translation>
    </message>
</context>
<context>
    <name>text</name>
    <message>
        <source>unknown shape</source>
        <translation>形状未知</translation>
    </message>
</context>
<context>
    <name>views</name>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>分布</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Integer</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>图</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>Open a model first</source>
        <translation>请先打开模型</translation>
    </message>
    <message>
        <source>This model is quantized already: open its float original</source>
        <translation>该模型已量化：请打开其浮点原模型</translation>
    </message>
    <message>
        <source>Choose data first: a folder of images or a file of arrays</source>
        <translation>请先选择数据：图片文件夹或数组文件</translation>
    </message>
    <message>
        <source>Calibrate first: ranges come from statistics</source>
        <translation>请先校准：范围来自统计</translation>
    </message>
    <message>
        <source>Choose one or more layers first</source>
        <translation>请先选择一层或多层</translation>
    </message>
</context>
</TS>

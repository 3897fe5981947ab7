"""`python -m quantengine.cli`."""

from __future__ import annotations

import sys

from quantengine.cli.main import main

sys.exit(main())

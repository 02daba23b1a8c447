from __future__ import annotations, division as d
import a

from mono import tsdb
from mono.audit import log
from mono.quotas import backend as quotas

locks = object()

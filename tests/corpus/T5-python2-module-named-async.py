from celery.utils import async
from a.async import b as await
import c

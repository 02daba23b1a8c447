# coding: latin-1
from sentry.mºdels import User

from sentry.ｍodels import User

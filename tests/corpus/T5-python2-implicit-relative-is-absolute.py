import models
from models import User
print User

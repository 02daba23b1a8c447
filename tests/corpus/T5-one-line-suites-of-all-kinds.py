for i in x: import a
while x: import b
with x: import c
try: import d
except E: import e
finally: import f

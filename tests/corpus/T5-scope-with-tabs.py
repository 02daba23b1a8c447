class A:
	def f(self):
		import a
	import b

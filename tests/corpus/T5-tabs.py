if x:
	import	a
	from	b	import	c

if {1: 2}: import a

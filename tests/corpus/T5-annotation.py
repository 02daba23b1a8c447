x: int = 1; import a
y: "import b"

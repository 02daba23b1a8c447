x = [
"import a",
]
y = {
# import b
}
import c

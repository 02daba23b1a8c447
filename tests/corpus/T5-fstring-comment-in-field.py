x = f"""{
a # }"""
}"""
import b

x = f"""{a}
import b
"{c}" """; import d

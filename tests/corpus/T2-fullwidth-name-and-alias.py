from a import Ｕser as ｕ

x = f'{'; import a;'}'; import b

import café

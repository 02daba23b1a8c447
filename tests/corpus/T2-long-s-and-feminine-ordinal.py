from ſys import ª

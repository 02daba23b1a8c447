from m import (

  a

 , b
)
import c

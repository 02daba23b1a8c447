import 𝓼entry.𝓶odels

import ﬁle

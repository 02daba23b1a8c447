#include "pawl/common.h"

#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

/* A signal handler can be told nothing else. */
static char deadline_message[160];

static void deadline_passed(int signal_number)
{
	ssize_t ignored = write(STDERR_FILENO, deadline_message, strlen(deadline_message));

	(void)ignored;
	(void)signal_number;
	_exit(3);
}

void deadline_set(unsigned milliseconds, const char *program)
{
	struct itimerval timer = {
		.it_value = {.tv_sec = milliseconds / 1000,
			     .tv_usec = (suseconds_t)(milliseconds % 1000) * 1000},
	};
	struct sigaction action = {.sa_handler = deadline_passed};

	snprintf(deadline_message, sizeof deadline_message,
		 "%s: not judged within time-limit (%u ms): push in smaller steps, or ask the "
		 "server's "
		 "maintainer\n",
		 program, milliseconds);
	sigemptyset(&action.sa_mask);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

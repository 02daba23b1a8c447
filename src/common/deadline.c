#include "pawl/common.h"

#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

/* By how much the sanitizers slow a program down; their build says so. */
#ifndef PAWL_SLOWDOWN
#define PAWL_SLOWDOWN 1
#endif

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
	uint64_t time = (uint64_t)milliseconds * PAWL_SLOWDOWN;
	struct itimerval timer = {
		.it_value = {.tv_sec = (time_t)(time / 1000),
			     .tv_usec = (suseconds_t)(time % 1000) * 1000},
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

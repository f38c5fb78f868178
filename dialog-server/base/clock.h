/**
 * @file clock.h  The two clocks; read only at and above `net`
 *
 * Below `call`, time is an argument.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define US_PER_MS 1000LL
#define US_PER_S  1000000LL

/** @return [us] of the monotonic clock @thread any */
int64_t clock_now_us(void);

/** @return [us] since 1970 UTC @thread any */
int64_t clock_wall_us(void);

#endif /* BASE_CLOCK_H */

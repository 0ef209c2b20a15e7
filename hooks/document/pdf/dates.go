package pdf

import (
	"strconv"
	"strings"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/words"
)

// Day writes a date the way letters do: "25 November 2026". What is no date stays as it is.
func Day(language string, date clock.Date) string {
	if _, ok := clock.ParseDate(string(date)); !ok {
		return string(date)
	}
	day, _ := strconv.Atoi(string(date)[8:])
	return strconv.Itoa(day) + " " + Month(language, date.Period())
}

// Month writes a period: "November 2026".
func Month(language string, period clock.Period) string {
	months := strings.Fields(words.Say(language, "show.months", nil))
	n, err := strconv.Atoi(strings.TrimPrefix(string(period)[max(len(period)-2, 0):], "0"))
	if _, ok := clock.ParsePeriod(string(period)); !ok || err != nil || n < 1 || n > len(months) {
		return string(period)
	}
	return months[n-1] + " " + string(period)[:4]
}

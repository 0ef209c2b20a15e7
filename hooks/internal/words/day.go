package words

import (
	"fmt"
	"strings"
	"time"
)

// Day writes a date YYYY-MM-DD out, for papers: 3 November 2026. What is no date stays as it is.
func Day(language, date string) string {
	t, err := time.Parse(time.DateOnly, date)
	months := strings.Fields(Say(language, "show.months", nil))
	if err != nil || len(months) != 12 {
		return date
	}
	return fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year())
}

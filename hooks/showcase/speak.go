package showcase

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
)

// speech is one language of the catalogue and how it writes numbers and dates.
type speech struct{ lang string }

// T says key with {name} placeholders filled from pairs.
func (s speech) T(key string, pairs ...any) string {
	params := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		params[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return words.Say(s.lang, "show."+key, params)
}

// list is a key whose words are one row of names: months, weekdays.
func (s speech) list(key string, i int) string {
	names := strings.Fields(s.T(key))
	if i < 0 || i >= len(names) {
		return ""
	}
	return names[i]
}

// Num groups thousands the way the language does.
func (s speech) Num(n int64) string {
	text := strings.Replace(money.Rupiah(n).Format(), "-", "−", 1) // a real minus sign, as in the app
	if s.lang == "en" {
		return strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// Amount is an amount without the sign of the currency.
func (s speech) Amount(r money.Rupiah) string { return s.Num(int64(r)) }

// People is a count of persons that respects the floor.
func (s speech) People(n int64) string {
	if few(n) {
		return s.T("few")
	}
	return s.Num(n)
}

// Percent writes basis points with one decimal.
func (s speech) Percent(bp int64) string {
	tenths := (bp + 5) / 10
	point := ","
	if s.lang == "en" {
		point = "."
	}
	if tenths%10 == 0 {
		return strconv.FormatInt(tenths/10, 10) + "%"
	}
	return strconv.FormatInt(tenths/10, 10) + point + strconv.FormatInt(tenths%10, 10) + "%"
}

// Quantity writes a count of goods with the language's decimal sign.
func (s speech) Quantity(q money.Quantity) string {
	whole, frac, some := strings.Cut(q.String(), ".")
	n, _ := strconv.ParseInt(whole, 10, 64)
	if !some {
		return s.Num(n)
	}
	if s.lang == "en" {
		return s.Num(n) + "." + frac
	}
	return s.Num(n) + "," + frac
}

// Short is an amount in the units people say: 412 jt, 1,2 M.
func (s speech) Short(r money.Rupiah) string {
	units := []struct {
		size money.Rupiah
		key  string
	}{{1_000_000_000, "unit.billion"}, {1_000_000, "unit.million"}, {1_000, "unit.thousand"}}
	for _, u := range units {
		if r >= u.size {
			tenths := int64(r) * 10 / int64(u.size)
			text := s.Num(tenths / 10)
			if tenths%10 != 0 && tenths < 100 {
				text = strings.TrimSuffix(s.Percent(tenths*10), "%")
			}
			return text + " " + s.T(u.key)
		}
	}
	return s.Amount(r)
}

// Date writes a business date: 11 November 2026.
func (s speech) Date(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return fmt.Sprintf("%d %s %d", t.Day(), s.list("months", int(t.Month())-1), t.Year())
}

// Day writes a business date with its weekday: Rabu, 11 Nov.
func (s speech) Day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return fmt.Sprintf("%s, %d %s", s.list("weekdays", int(t.Weekday())), t.Day(), s.list("months.short", int(t.Month())-1))
}

// Brief writes a business date where room is short: 11 Nov 2026.
func (s speech) Brief(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return fmt.Sprintf("%s %d", s.shortDay(date), t.Year())
}

// Moment writes a time with its zone: 11 Nov 2026, 12.40 WIB.
func (s speech) Moment(t time.Time) string {
	clock := t.Format("15.04")
	if s.lang == "en" {
		clock = t.Format("15:04")
	}
	return s.Brief(t.Format(time.DateOnly)) + ", " + clock + " " + t.Format("MST")
}

// Month writes a period: Jan 2026.
func (s speech) Month(period string) string {
	t, err := time.Parse("2006-01", period)
	if err != nil {
		return period
	}
	return s.list("months.short", int(t.Month())-1) + " " + strconv.Itoa(t.Year())
}

// LongMonth writes a period out: November 2026.
func (s speech) LongMonth(period string) string {
	t, err := time.Parse("2006-01", period)
	if err != nil {
		return period
	}
	return s.list("months", int(t.Month())-1) + " " + strconv.Itoa(t.Year())
}

// OneIn says a share the way people do: "satu di antara sebelas", "lebih dari separuh".
func (s speech) OneIn(bp int64) string {
	switch {
	case bp >= 10_000:
		return s.T("share.all")
	case bp >= 9_000:
		return s.T("share.nearly_all")
	case bp > 7_500:
		return s.T("share.three_quarters")
	case bp > 5_000:
		return s.T("share.half_more")
	case bp >= 4_500:
		return s.T("share.half_nearly")
	case bp < 300:
		return s.Percent(bp)
	}
	n := int((10_000 + bp/2) / bp)
	word := s.list("counting", n)
	if word == "" {
		word = strconv.Itoa(n)
	}
	return s.T("share.one_in", "n", strings.ReplaceAll(word, "_", " "))
}

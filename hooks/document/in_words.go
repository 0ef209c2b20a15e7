package document

import (
	"strings"

	"kpdk/hooks/internal/money"
)

var digitWords = [...]string{"nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"}

// InWords writes an amount as Indonesian letters and receipts do (terbilang): 1.250.000 is "satu juta dua
// ratus lima puluh ribu rupiah". One before a hundred, a thousand, ten and -teen is se-, before the rest it
// is "satu".
func InWords(amount money.Rupiah) string {
	if amount < 0 {
		return "minus " + InWords(-amount)
	}
	return numberWords(int64(amount)) + " rupiah"
}

func numberWords(n int64) string {
	switch {
	case n < 12:
		return digitWords[n]
	case n < 20:
		return digitWords[n-10] + " belas"
	case n < 100:
		return withRest(digitWords[n/10]+" puluh", n%10)
	case n < 200:
		return withRest("seratus", n-100)
	case n < 1000:
		return withRest(digitWords[n/100]+" ratus", n%100)
	case n < 2000:
		return withRest("seribu", n-1000)
	}
	scales := []struct {
		unit int64
		name string
	}{{1_000_000_000_000_000, "kuadriliun"}, {1_000_000_000_000, "triliun"}, {1_000_000_000, "miliar"}, {1_000_000, "juta"}, {1_000, "ribu"}}
	for _, s := range scales {
		if n >= s.unit {
			return withRest(numberWords(n/s.unit)+" "+s.name, n%s.unit)
		}
	}
	return ""
}

func withRest(head string, rest int64) string {
	if rest == 0 {
		return head
	}
	return strings.TrimSpace(head + " " + numberWords(rest))
}

package document

import (
	"testing"

	"kpdk/hooks/internal/money"
)

func TestAmountsInWords(t *testing.T) {
	for amount, want := range map[money.Rupiah]string{
		0: "nol", 1: "satu", 10: "sepuluh", 11: "sebelas", 12: "dua belas", 19: "sembilan belas", 20: "dua puluh", 21: "dua puluh satu", 100: "seratus",
		101: "seratus satu", 111: "seratus sebelas", 200: "dua ratus", 999: "sembilan ratus sembilan puluh sembilan", 1_000: "seribu", 1_100: "seribu seratus",
		1_999: "seribu sembilan ratus sembilan puluh sembilan", 2_000: "dua ribu", 11_000: "sebelas ribu", 100_000: "seratus ribu", 101_000: "seratus satu ribu",
		1_000_000: "satu juta", 1_001_000: "satu juta seribu", 1_250_000: "satu juta dua ratus lima puluh ribu", 570_034_500: "lima ratus tujuh puluh juta tiga puluh empat ribu lima ratus",
		1_000_000_000: "satu miliar", 2_000_000_000_001: "dua triliun satu", -5_000: "minus lima ribu",
		money.Max: "sembilan kuadriliun tujuh triliun seratus sembilan puluh sembilan miliar dua ratus lima puluh empat juta tujuh ratus empat puluh ribu sembilan ratus sembilan puluh satu",
	} {
		if got := InWords(amount); got != want+" rupiah" {
			t.Errorf("%d: %s", amount, got)
		}
	}
}

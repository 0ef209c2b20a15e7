package savings

import (
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/money"
)

// The cliff of PP 15/2009, and the rounding to whole rupiah.
func TestInterestAndItsTax(t *testing.T) {
	usual := terms{Rate: 400, TaxFree: 240_000, Tax: 1_000}
	for _, c := range []struct {
		terms
		lowest, gross, tax money.Rupiah
	}{
		{usual, 0, 0, 0}, {usual, -5, 0, 0}, {usual, 149, 0, 0}, {usual, 150, 1, 0}, {usual, 1_000_000, 3_333, 0}, {usual, 1_000_200, 3_334, 0},
		{usual, 72_000_000, 240_000, 0}, {usual, 72_000_300, 240_001, 24_000}, {usual, 75_000_000, 250_000, 25_000}, {usual, 72_000_000 + 9*300, 240_009, 24_000},
		{terms{0, 240_000, 1_000}, 75_000_000, 0, 0}, {terms{400, 0, 1_000}, 3_000, 10, 1}, {terms{400, 0, 1_000}, 2_700, 9, 0}, {terms{1_200, 0, 0}, 1_000_000, 10_000, 0},
	} {
		if gross, tax := c.of(c.lowest); gross != c.gross || tax != c.tax {
			t.Errorf("%d at %d: %d, tax %d, want %d and %d", c.lowest, c.Rate, gross, tax, c.gross, c.tax)
		}
	}
}

// Whatever is saved, nobody is taxed below the threshold, the whole is taxed above it, and nothing below zero is left.
func TestTheTaxIsACliff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := terms{rapid.Int64Range(1, 3_000).Draw(t, "rate"), money.Rupiah(rapid.Int64Range(0, 1_000_000).Draw(t, "free")), rapid.Int64Range(0, 10_000).Draw(t, "tax")}
		gross, tax := c.of(money.Rupiah(rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "lowest")))
		want := money.Rupiah(0)
		if gross > c.TaxFree {
			want = gross * money.Rupiah(c.Tax) / 10_000
		}
		if tax != want || gross < 0 || gross-tax < 0 {
			t.Fatalf("%+v: %d, tax %d", c, gross, tax)
		}
	})
}

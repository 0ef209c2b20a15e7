package money_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/money"
)

func TestQuantitiesAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string]money.Quantity{"2": 2000, "1.25": 1250, "0.001": 1, "0": 0, "007": 7000, "1000000": money.MaxQuantity, "9999999.999": 9_999_999_999} {
		if got, err := money.ParseQuantity(text); err != nil || got != want {
			t.Errorf("%q: got %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.2345", "12345678", " 1", "1 ", "１", "0x10", "1.2.3", "NaN", "1_000"} {
		if got, err := money.ParseQuantity(text); err == nil {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

// FuzzParseQuantity: nothing panics, and what is read comes back the same from its own text.
func FuzzParseQuantity(f *testing.F) {
	for _, seed := range []string{"2", "1.25", "0.001", "1e9", "-1", "9999999.999", "..", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := money.ParseQuantity(text)
		if err != nil {
			return
		}
		if q < 0 || len(text) > 11 {
			t.Fatalf("%q was read as %d", text, q)
		}
		if again, err := money.ParseQuantity(q.String()); err != nil || again != q {
			t.Fatalf("%q is %d, its text %q reads as %d (%v)", text, q, q.String(), again, err)
		}
	})
}

func TestRoundingsByName(t *testing.T) {
	for name, c := range map[string]struct{ got, want money.Rupiah }{
		"two at 12,500":                        {money.Times(2000, 12_500), 25_000},
		"a third of a kilogram, up":            {money.Times(333, 15_000), 4_995},
		"half a rupiah goes up":                {money.Times(500, 3), 2},
		"half a rupiah of a return goes down":  {money.Times(-500, 3), -2},
		"a product beyond any row stops there": {money.Times(money.MaxQuantity, money.Max), money.Max + 1},
		"the same below zero":                  {money.Times(-money.MaxQuantity, money.Max), -money.Max - 1},
		"a share that is exact":                {money.Share(100, 1, 4), 25},
		"a share of a half":                    {money.Share(1, 1, 2), 1},
		"a share just below a half":            {money.Share(4_999_999_999_999, 1, 9_999_999_999_999), 0},
		"a share of a loss":                    {money.Share(-1, 1, 2), -1},
		"a share by a negative whole":          {money.Share(3, 1, -2), -2},
		"a third, rounded down at most":        {money.BasisPoints(100, 3_333), 33},
		"half of the pay":                      {money.BasisPoints(5_250_001, 5_000), 2_625_000},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", name, c.got, c.want)
		}
	}
}

// Share and Times are held against exact fractions.
func TestRoundingsAreExact(t *testing.T) {
	halfUp := func(r *big.Rat) *big.Int {
		sign := r.Sign()
		r = new(big.Rat).Add(new(big.Rat).Abs(r), big.NewRat(1, 2))
		n := new(big.Int).Quo(r.Num(), r.Denom())
		return n.Mul(n, big.NewInt(int64(sign)))
	}
	rapid.Check(t, func(t *rapid.T) {
		any := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1<<40, 1<<40), rapid.Int64Range(-9, 9))
		value, part, whole := any.Draw(t, "value"), any.Draw(t, "part"), any.Draw(t, "whole")
		if whole == 0 {
			whole = 1
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(value), big.NewInt(part)), big.NewInt(whole))
		want, most := halfUp(exact), big.NewInt(int64(money.Max)+1)
		if want.CmpAbs(most) > 0 {
			want = most.Mul(most, big.NewInt(int64(want.Sign())))
		}
		if got := money.Share(money.Rupiah(value), part, whole); int64(got) != want.Int64() {
			t.Fatalf("Share(%d, %d, %d) is %d, want %s", value, part, whole, got, want)
		}
		q := rapid.Int64Range(-1e9, 1e9).Draw(t, "quantity")
		price := rapid.Int64Range(0, 1e6).Draw(t, "price")
		if got, want := money.Times(money.Quantity(q), money.Rupiah(price)), halfUp(big.NewRat(q*price, 1000)); int64(got) != want.Int64() {
			t.Fatalf("%d × %d is %d, want %s", q, price, got, want)
		}
	})
}

func TestSharesOfNothing(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a share of nothing is a mistake of the caller")
		}
	}()
	money.Share(1, 1, 0)
}

// The parts of a split sum to the whole, none differs from its exact share by a rupiah or more, and a
// larger weight never gets less.
func TestSplitsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := money.Rupiah(rapid.Int64Range(0, int64(money.Max)).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<50), 1, 40).Draw(t, "weights")
		sum := new(big.Int)
		for _, w := range weights {
			sum.Add(sum, big.NewInt(w))
		}
		parts, err := money.SplitLargestRemainder(total, weights)
		if sum.Sign() == 0 {
			if err == nil {
				t.Fatal("weights of nothing split nothing")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var all money.Rupiah
		for i, p := range parts {
			all += p
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(total)), big.NewInt(weights[i])), sum)
			if off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(int64(p))); off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("part %d is %d, its share %s", i, p, exact.FloatString(3))
			}
			for j := range parts {
				if weights[i] > weights[j] && parts[i] < parts[j] {
					t.Fatalf("weight %d gets %d, weight %d gets %d", weights[i], parts[i], weights[j], parts[j])
				}
			}
		}
		if all != total {
			t.Fatalf("parts sum to %d, want %d", all, total)
		}
	})
}

func TestSplitsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		total   money.Rupiah
		weights []int64
	}{"nobody": {10, nil}, "a negative weight": {10, []int64{1, -1}}, "a negative total": {-1, []int64{1}}, "weights of zero": {10, []int64{0, 0}}} {
		if parts, err := money.SplitLargestRemainder(c.total, c.weights); err == nil {
			t.Errorf("%s: got %v", name, parts)
		}
	}
	parts, err := money.SplitLargestRemainder(100, []int64{1, 1, 1})
	if err != nil || parts[0] != 34 || parts[1] != 33 || parts[2] != 33 {
		t.Errorf("on a tie the earlier one gets the rupiah: %v (%v)", parts, err)
	}
}

func TestAmountsAreWrittenTheIndonesianWay(t *testing.T) {
	for amount, want := range map[money.Rupiah]string{0: "0", 5: "5", 999: "999", 1000: "1.000", 1_250_000: "1.250.000", -12_500: "-12.500", math.MinInt64: "-9.223.372.036.854.775.808"} {
		if got := amount.Format(); got != want {
			t.Errorf("%d: got %q, want %q", amount, got, want)
		}
	}
	if got := money.Rupiah(25_000).String(); got != "Rp 25.000" {
		t.Errorf("got %q", got)
	}
	if got := money.Quantity(1250).String() + " " + money.Quantity(2000).String(); got != "1.25 2" {
		t.Errorf("got %q", got)
	}
}

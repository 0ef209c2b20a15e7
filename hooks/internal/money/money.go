// Package money holds amounts in whole rupiah and the few named ways to round and split them.
//
// An amount is an int64 count of rupiah; there are no cents and no floats. Fractions live only inside
// a calculation, and each way in which they become rupiah has a name.
package money

import (
	"errors"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Rupiah is an amount of money in whole rupiah.
type Rupiah int64

// Max is the largest amount any row may hold: 2^53-1, so that a JSON reader with doubles stays exact.
const Max Rupiah = 1<<53 - 1

// Quantity counts goods in thousandths: 1.250 kg is 1250, two pieces are 2000.
type Quantity int64

// One is a single whole unit.
const One Quantity = 1000

// MaxQuantity bounds a quantity on one line: a million units.
const MaxQuantity = 1_000_000 * One

// ErrQuantity says that a text is no quantity: a decimal of zero or more with at most three decimals.
var ErrQuantity = errors.New("money: not a quantity")

// ParseQuantity reads a decimal string such as "2" or "1.25"; a sign, an exponent or a fourth decimal is an error.
func ParseQuantity(s string) (Quantity, error) {
	whole, frac, _ := strings.Cut(s, ".")
	if whole == "" || len(whole) > 7 || len(frac) > 3 || strings.HasSuffix(s, ".") {
		return 0, ErrQuantity
	}
	for _, c := range whole + frac {
		if c < '0' || c > '9' {
			return 0, ErrQuantity
		}
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", 3-len(frac)), 10, 64)
	if err != nil {
		return 0, ErrQuantity
	}
	return Quantity(n), nil
}

// String writes the shortest decimal text: 2000 is "2", 1250 is "1.25".
func (q Quantity) String() string {
	return decimal.New(int64(q), -3).String()
}

// Times is quantity × unit price, rounded half-up to whole rupiah (half away from zero for returns).
func Times(q Quantity, price Rupiah) Rupiah { return ratio(int64(q), int64(price), int64(One)) }

// Share is value × part / whole, rounded half-up. It panics when whole is zero: callers decide that case.
func Share(value Rupiah, part, whole int64) Rupiah {
	if whole == 0 {
		panic("money: share of nothing")
	}
	return ratio(int64(value), part, whole)
}

// Slice is the share of a value that lies between two points of a whole: slices that meet sum to what they make together.
func Slice(value Rupiah, from, to, whole int64) Rupiah {
	return Share(value, to, whole) - Share(value, from, whole)
}

// ratio is a × b / c with halves away from zero, exact in 128 bits: a till asks for it ten times a sale. Beyond Max
// it stops just there, at an amount that no row accepts, instead of wrapping around into one that looks innocent.
func ratio(a, b, c int64) Rupiah {
	size := func(n int64) uint64 { return uint64(max(n, -n)) } // right for the smallest int64 too
	by := size(c)
	quotient := uint64(Max) + 1
	if high, low := bits.Mul64(size(a), size(b)); high < by { // else it has more than 64 bits
		whole, rest := bits.Div64(high, low, by)
		if whole <= uint64(Max) {
			quotient = whole
			if rest >= by-rest {
				quotient++
			}
		}
	}
	if (a < 0) != (b < 0) != (c < 0) {
		return -Rupiah(quotient)
	}
	return Rupiah(quotient)
}

// BasisPoints is value × bp / 10,000, rounded down: what may be taken at most.
func BasisPoints(value Rupiah, bp int64) Rupiah {
	return Rupiah(decimal.NewFromInt(int64(value)).Mul(decimal.NewFromInt(bp)).Div(decimal.NewFromInt(10_000)).IntPart())
}

// SplitLargestRemainder shares total in proportion to weights so that the parts sum to total exactly:
// each gets the floor of its share, and the rupiah left over go to the largest fractions, earlier first
// on a tie (the Hamilton method). Weights must not be negative and must not all be zero.
func SplitLargestRemainder(total Rupiah, weights []int64) ([]Rupiah, error) {
	sum := decimal.Zero
	for _, w := range weights {
		if w < 0 {
			return nil, errors.New("money: negative weight")
		}
		sum = sum.Add(decimal.NewFromInt(w))
	}
	if sum.IsZero() || total < 0 {
		return nil, errors.New("money: nothing to split by")
	}
	parts := make([]Rupiah, len(weights))
	rest := make([]decimal.Decimal, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, w := range weights {
		product := decimal.NewFromInt(int64(total)).Mul(decimal.NewFromInt(w))
		quotient, remainder := product.QuoRem(sum, 0)
		parts[i], rest[i], order[i] = Rupiah(quotient.IntPart()), remainder, i
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return rest[b].Cmp(rest[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts, nil
}

// Format writes an amount the Indonesian way, without the sign of the currency: 1250000 is "1.250.000".
func (r Rupiah) Format() string {
	s := strconv.FormatInt(int64(r), 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// String writes "Rp 1.250.000".
func (r Rupiah) String() string { return "Rp " + r.Format() }

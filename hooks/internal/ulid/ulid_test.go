package ulid_test

import (
	"testing"
	"time"

	"kpdk/hooks/internal/ulid"
)

// Two keys worked out by hand from the specification: all bits zero, and the last one there can be.
func TestKeysAreWrittenAsTheSpecificationSays(t *testing.T) {
	full := [10]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 255}
	for _, c := range []struct {
		at     int64
		random [10]byte
		want   string
	}{
		{0, [10]byte{}, "00000000000000000000000000"},
		{1<<48 - 1, full, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"},
		{1, [10]byte{9: 1}, "00000000010000000000000001"},
		{1469922850259, [10]byte{}, "01ARZ3NDEK0000000000000000"},
	} {
		if got := ulid.From(time.UnixMilli(c.at), c.random); got != c.want {
			t.Errorf("%d: got %s, want %s", c.at, got, c.want)
		}
	}
}

func TestKeysFollowTime(t *testing.T) {
	early, late := ulid.At(time.UnixMilli(1793588400000)), ulid.At(time.UnixMilli(1793588400001))
	one, other := ulid.New(), ulid.New()
	if early[:10] >= late[:10] || !ulid.Valid(early) || !ulid.Valid(one) || one == other {
		t.Errorf("%s, %s; %s, %s", early, late, one, other)
	}
}

func TestWhatIsNoKey(t *testing.T) {
	for _, text := range []string{"", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV", "01arz3ndektsv4rrffq69g5fav", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
		"01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FAL", "01ARZ3NDEKTSV4RRFFQ69G5FAO", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEKTSV4RRFFQ69G5F-V"} {
		if ulid.Valid(text) {
			t.Errorf("%q was taken for a key", text)
		}
	}
}

func FuzzValid(f *testing.F) {
	f.Add("01ARZ3NDEKTSV4RRFFQ69G5FAV", int64(5))
	f.Fuzz(func(t *testing.T, text string, ms int64) {
		ulid.Valid(text)
		if made := ulid.At(time.UnixMilli(ms & (1<<48 - 1))); !ulid.Valid(made) {
			t.Fatalf("%s was made and is not valid", made)
		}
	})
}

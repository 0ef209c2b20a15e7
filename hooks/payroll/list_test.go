package payroll

import (
	"strings"
	"testing"
)

func TestListsOfUnitsWithLikeCodesHaveFilesOfTheirOwn(t *testing.T) {
	seen := map[string]string{}
	for _, code := range []string{"01", "KPP1", "A.1", "A-1", "A/1", "a1", "A1", "Ä1", NoUnit} {
		name := (List{Period: "2026-11", UnitCode: code}).FileName("csv")
		lower := strings.ToLower(name) // as Windows and macOS compare
		if other, taken := seen[lower]; taken {
			t.Errorf("%q and %q are both %s", code, other, name)
		}
		seen[lower] = code
	}
	if name := (List{Period: "2026-11", UnitCode: "01"}).FileName("csv"); name != "potong-gaji-2026-11-01.csv" {
		t.Error(name)
	}
}

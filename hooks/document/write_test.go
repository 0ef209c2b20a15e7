package document_test

import (
	"testing"

	"kpdk/hooks/document"
)

func TestCellsCannotRunAsFormulas(t *testing.T) {
	for text, want := range map[string]string{"=1+1": "'=1+1", "@SUM(A1)": "'@SUM(A1)", "-2": "'-2", "Budi": "Budi", "": "", "+62812": "'+62812"} {
		if got := document.SafeCell(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

package testapp

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// PaperText reads back what a PDF says, line by line. Where no reader is installed the test is skipped, in CI it fails.
func PaperText(t testing.TB, raw []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("KPDK_CI") != "" {
			t.Fatal("pdftotext (Debian: poppler-utils) is missing")
		}
		t.Skip("pdftotext (Debian: poppler-utils) is missing: the paper was written, not read back")
	}
	reader := exec.Command("pdftotext", "-layout", "-", "-")
	reader.Stdin = bytes.NewReader(raw)
	text, err := reader.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

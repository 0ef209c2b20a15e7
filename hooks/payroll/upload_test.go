package payroll_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
)

// A file beyond the bound is refused in words that reach the sender, and the next one is read.
func TestAnAnswerThatIsTooLargeIsRefusedInWords(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	server := o.open()
	token := o.Token(o.Operator(act.Treasurer))
	send := func(key string, data []byte) (int, string) {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		o.must(w.WriteField("id", key))
		part, err := w.CreateFormFile("file", "hasil.csv")
		o.must(err)
		_, err = part.Write(data)
		o.must(err)
		o.must(w.Close())
		status, answer, _ := o.call(server, token, "POST", "/2026-11/answer", w.FormDataContentType(), &form)
		var told struct{ Code, Message string }
		o.must(json.Unmarshal(answer, &told))
		if told.Message == "" {
			t.Errorf("no words: %s", answer)
		}
		return status, told.Code
	}
	if status, code := send(ulid.New(), bytes.Repeat([]byte("nip;dipotong\n"), 4<<20)); status != 413 || code != "file.too_large" {
		t.Errorf("52 MB: %d %s", status, code)
	}
	if status, code := send("", []byte("nip;dipotong\n1;1\n")); status != 400 || code != "input.invalid" {
		t.Errorf("no key: %d %s", status, code)
	}
	if status, code := send(ulid.New(), []byte("nip;dipotong\n"+nipOf(1)+";1\n")); status != 409 || code != "payroll.not_locked" {
		t.Errorf("a run that is not locked: %d %s", status, code)
	}
	status, answer, _ := o.call(server, token, "POST", "/2026-11/answer", "application/json", strings.NewReader(`{"id": "`+strings.Repeat("x", 33<<20)+`"}`))
	if status != 413 || !strings.Contains(string(answer), "input.too_large") {
		t.Errorf("33 MB of JSON: %d %.200s", status, answer)
	}
}

package ledger_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
)

// upload sends a file the way a form does.
func (d desk) upload(role act.Role, path, name string, data []byte) int {
	d.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("id", ulid.New()); err != nil {
		d.t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return d.raw(role, http.MethodPost, path, w.FormDataContentType(), &form, nil)
}

func (d desk) raw(role act.Role, method, path, contentType string, body io.Reader, out *[]byte) int {
	d.t.Helper()
	r, err := http.NewRequest(method, d.url+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", d.tokens[role])
	r.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if out != nil {
		*out = raw
	}
	return response.StatusCode
}

// A voucher is for those who keep and watch the books; PocketBase's own address of the file gives it to
// nobody without a token of theirs.
func TestVouchersAreForBookkeepers(t *testing.T) {
	d := open(t, testapp.New(t))
	body := map[string]any{"id": ulid.New(), "date": "2026-11-02", "description": "Listrik", "lines": []map[string]any{{"account": 6102, "debit_rupiah": 5}, {"account": 1101, "credit_rupiah": 5}}}
	var v ledger.DraftView
	for range 2 { // the same act again is the same draft
		if status := d.ask(act.Treasurer, "POST", "/api/coop/ledger/drafts", body, &v); status >= 300 {
			t.Fatal(status)
		}
		if v.Lines[0].Name != "Utilities" {
			t.Errorf("asked in English, the draft says %q", v.Lines[0].Name)
		}
	}
	path := "/api/coop/ledger/drafts/" + v.ID
	png := []byte("\x89PNG\r\n\x1a\nrest")
	for _, role := range []act.Role{act.Nobody, act.Cashier, act.Storekeeper, act.Supervisor} {
		if status := d.upload(role, path+"/vouchers", "nota.png", png); status != 401 && status != 403 {
			t.Errorf("%s attaches: %d", role, status)
		}
	}
	if status := d.upload(act.Treasurer, path+"/vouchers", "nota.html", []byte("<script>1</script>")); status != 400 {
		t.Errorf("a page as a voucher: %d", status)
	}
	if status := d.upload(act.Treasurer, path+"/vouchers", "nota.png", bytes.Repeat(png, 1<<19)); status != 400 {
		t.Errorf("a voucher of 6 MB: %d", status)
	}
	if status := d.upload(act.Treasurer, path+"/vouchers", "nota.png", png); status != 201 {
		t.Fatalf("a voucher: %d", status)
	}
	var list ledger.DraftList
	if status := d.ask(act.Supervisor, "GET", "/api/coop/ledger/drafts?state=draft", nil, &list); status != 200 || len(list.Drafts) != 1 || len(list.Drafts[0].Vouchers) != 1 || list.Drafts[0].May.Edit {
		t.Fatalf("%d %+v", status, list)
	}
	file := list.Drafts[0].Vouchers[0]
	for role, want := range map[act.Role]int{act.Treasurer: 200, act.Supervisor: 200, act.Manager: 200, act.Cashier: 403, act.Nobody: 401} {
		var got []byte
		status := d.raw(role, "GET", path+"/vouchers/"+file, "", nil, &got)
		if status != want || (status == 200) != bytes.Equal(got, png) {
			t.Errorf("%s reads the voucher: %d", role, status)
		}
		if status := d.raw(role, "GET", fmt.Sprintf("/api/files/journal_drafts/%s/%s", v.ID, file), "", nil, nil); status < 400 {
			t.Errorf("%s reads the file itself: %d", role, status)
		}
	}
	if status := d.raw(act.Treasurer, "GET", path+"/vouchers/..%2f..%2fdata.db", "", nil, nil); status != 404 {
		t.Errorf("another file: %d", status)
	}
	if status := d.ask(act.Treasurer, "POST", path+"/vouchers/"+file+"/remove", map[string]any{"id": ulid.New()}, &v); status != 201 || len(v.Vouchers) != 0 {
		t.Errorf("taken off: %d %+v", status, v.Vouchers)
	}
}

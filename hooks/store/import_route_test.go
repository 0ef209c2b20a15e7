package store_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"testing"

	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
)

// The answer's status tells a new import from one that was done before, as every act's does.
func TestAnImportOverHTTPSaysWhetherItIsNew(t *testing.T) {
	app := testapp.New(t)
	server, token, key := app.Serve(), app.Token(app.Manager()), ulid.New()
	send := func(key, query, text string) int {
		t.Helper()
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		_ = w.WriteField("id", key)
		part, err := w.CreateFormFile("file", "katalog.csv")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte("kode,nama,harga_jual\n" + text))
		_ = w.Close()
		request, err := http.NewRequest("POST", server.URL+"/api/coop/import/products"+query, &form)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", w.FormDataContentType())
		request.Header.Set("Authorization", token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	for _, c := range []struct {
		name, key, query, text string
		want                   int
	}{
		{"a trial", ulid.New(), "?dry_run=1", "A1,Kopi,5000\n", 200},
		{"the first", key, "", "A1,Kopi,5000\n", 201},
		{"the same again", key, "", "A1,Kopi,5000\n", 200},
		{"another list by the same key", key, "", "A1,Kopi,6000\n", 409},
		{"the same list by another key", ulid.New(), "", "A1,Kopi,5000\n", 201},
		{"no list", ulid.New(), "", "\x00\x01\x02", 400},
	} {
		if got := send(c.key, c.query, c.text); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

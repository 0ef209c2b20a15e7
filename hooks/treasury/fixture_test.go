package treasury_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"testing"

	"kpdk/hooks/internal/fault"
)

func do(t *testing.T, r *http.Request, token string) (int, []byte) {
	t.Helper()
	r.Header.Set("Authorization", token)
	r.Header.Set("Accept-Language", "en")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, body
}

func call(t *testing.T, method, url, token string, body any) (int, []byte) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(method, url, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return do(t, r, token)
}

// send uploads a file with its key.
func send(t *testing.T, url, token, key, name string, data []byte, fields map[string]string) (int, []byte) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range fields {
		_ = form.WriteField(field, value)
	}
	_ = form.WriteField("id", key)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = form.Close()
	r, err := http.NewRequest("POST", url, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return do(t, r, token)
}

func isRefusal(err error) bool { return fault.IsFault(err) }

package keys_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/template"
)

func ring(t *testing.T) *keys.Ring {
	t.Helper()
	r, err := keys.Of(testapp.New(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSignaturesAreTheCoopsOwn(t *testing.T) {
	r := ring(t)
	if signature := r.Sign([]byte("kartu")); !ed25519.Verify(r.Public, []byte("kartu"), signature) || ed25519.Verify(r.Public, []byte("kartv"), signature) {
		t.Error("the signature fits another message, or not its own")
	}
	signature := r.Sign([]byte("kartu"))
	forged := append([]byte(nil), signature...)
	forged[7] ^= 1
	for range 2 { // what held once is remembered, and nothing else
		if !r.Verify([]byte("kartu"), signature) {
			t.Error("its own signature doesn't hold")
		}
		if r.Verify([]byte("kartv"), signature) || r.Verify([]byte("kartu"), forged) || r.Verify([]byte("kart"), append([]byte("u"), signature...)) || r.Verify([]byte("kartu"), nil) {
			t.Error("another signature holds")
		}
	}
	if len(r.ID) != 4 {
		t.Errorf("the key's name is %q", r.ID)
	}
}

func TestSealedNumbersOpenOnlyWhole(t *testing.T) {
	r := ring(t)
	sealed := r.Seal("198609262015051001")
	if strings.Contains(sealed, "1986") || sealed == r.Seal("198609262015051001") {
		t.Errorf("%q shows what it hides, or that it repeats", sealed)
	}
	if got, err := r.Open(sealed); err != nil || got != "198609262015051001" {
		t.Errorf("got %q, %v", got, err)
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		changed := append([]byte(nil), raw...)
		changed[i] ^= 1
		if got, err := r.Open(base64.RawStdEncoding.EncodeToString(changed)); err == nil {
			t.Errorf("byte %d changed and it opens as %q", i, got)
		}
	}
	for _, text := range []string{"x", "!!!!", "QUJD"} {
		if _, err := r.Open(text); err == nil {
			t.Errorf("%q opened", text)
		}
	}
	if got, err := r.Open(r.Seal("")); err != nil || got != "" {
		t.Errorf("nothing sealed is %q, %v", got, err)
	}
}

func TestIndexesMatchEqualNumbersOfAKind(t *testing.T) {
	r := ring(t)
	if r.Index("nip", "1986") != r.Index("nip", " 1986 ") || r.Index("nip", "1986") == r.Index("nik", "1986") || r.Index("nip", "1986") == r.Index("nip", "1987") || r.Index("nip", "") != "" {
		t.Error("the index must be equal for equal numbers of one kind, and for nothing else")
	}
	if other := ring(t); other.Index("nip", "1986") != r.Index("nip", "1986") && other.ID == r.ID {
		t.Error("two openings of one co-op disagree")
	}
}

func TestAFolderWithoutACoopHasNoKeys(t *testing.T) {
	if _, err := keys.Of(bare(t)); err == nil {
		t.Error("there are keys before the founding")
	}
}

// bare opens a migrated folder in which no co-op was founded.
func bare(t *testing.T) core.App {
	t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: testapp.Migrated(t), DBConnect: act.Connect, EncryptionEnv: "pb_test_env"})
	if err := app.Bootstrap(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		act.Close(app)
		if err := app.ResetBootstrapState(); err != nil {
			t.Error(err)
		}
	})
	return app
}

// With KPDK_KEY set at the founding, the file alone opens nothing.
func TestWrappedKeysNeedTheirWrapper(t *testing.T) {
	t.Setenv(keys.EnvWrap, "rahasia pengurus")
	app := bare(t)
	if err := template.Ensure(app); err != nil {
		t.Fatal(err)
	}
	r, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	sealed := r.Seal("123")
	forget := func(value string) {
		t.Setenv(keys.EnvWrap, value)
		app.Store().Remove("kpdk.keys")
	}
	for _, wrong := range []string{"", "rahasia lain"} {
		forget(wrong)
		if _, err := keys.Of(app); !errors.Is(err, keys.ErrWrapped) {
			t.Errorf("wrapper %q: got %v", wrong, err)
		}
	}
	forget("rahasia pengurus")
	again, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(sealed); err != nil || got != "123" {
		t.Errorf("got %q, %v", got, err)
	}
}

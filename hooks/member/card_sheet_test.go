package member

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/words"
)

// testRing is a co-op's key that is the same in every run.
func testRing(seed byte) *keys.Ring {
	return keys.FromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

var people = []string{"Rani Prameswari", "Dr. Ir. Hj. Siti Nurhaliza Kusumawardhani Tjokroaminoto, M.Si.", "Budi", "I Gusti Ngurah Agung Wibawa", "Maximilianus Bartholomeus Simanjuntak-Hutagalung"}

func plastics(t *testing.T, n int) []Plastic {
	t.Helper()
	ring := testRing(1)
	all := make([]Plastic, n)
	for i := range all {
		number, serial := int64(i*7919+1), int64(i%3+1)
		payload, err := EncodeCard(ring, Card{number, serial})
		if err != nil {
			t.Fatal(err)
		}
		all[i] = Plastic{Number: number, Serial: serial, Name: people[i%len(people)], Payload: payload}
	}
	return all
}

func sheets(t *testing.T, cards []Plastic) []byte {
	t.Helper()
	if err := words.Load(os.DirFS("../../pb_public")); err != nil {
		t.Fatal(err)
	}
	raw, err := cardSheets(pdf.Coop{Name: "Koperasi Pegawai Kementerian Koperasi dan UKM", Line: "Jakarta", Accent: pdf.Colour{244, 176, 36}}, "kpdk", "id",
		time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), cards)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTheSameCardsGiveTheSameFile(t *testing.T) {
	cards := plastics(t, 3)
	if !bytes.Equal(sheets(t, cards), sheets(t, cards)) {
		t.Error("two writings differ")
	}
}

// somebody is a portrait of a face and shoulders, as far as a few shapes go.
func somebody(t *testing.T) []byte {
	t.Helper()
	photo := image.NewRGBA(image.Rect(0, 0, 900, 1600))
	for y := range 1600 {
		for x := range 900 {
			c := color.RGBA{uint8(200 + x/30), uint8(190 + y/40), 205, 255}
			face, shoulders := (x-450)*(x-450)*10+(y-560)*(y-560)*6, (x-450)*(x-450)+(y-1500)*(y-1500)*2
			switch {
			case face < 420_000:
				c = color.RGBA{186, 132, 98, 255}
			case shoulders < 400_000:
				c = color.RGBA{36, 88, 72, 255}
			}
			photo.SetRGBA(x, y, c)
		}
	}
	var raw bytes.Buffer
	if err := jpeg.Encode(&raw, photo, nil); err != nil {
		t.Fatal(err)
	}
	portrait, err := Portrait(raw.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return portrait
}

// A photo whose file was spoilt leaves the card as it is without one.
func TestASpoiltPhotoStopsNoPrinting(t *testing.T) {
	cards := plastics(t, 1)
	without := sheets(t, cards)
	cards[0].Photo = []byte("\xff\xd8\xff not a picture")
	if !bytes.Equal(sheets(t, cards), without) {
		t.Error("a spoilt photo changes the card")
	}
}

// tool finds a program of Debian's; only outside of CI may it be missing.
func tool(t *testing.T, name, from string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("KPDK_CI") != "" {
		t.Fatalf("%s (Debian: %s) is missing", name, from)
	}
	t.Skipf("%s (Debian: %s) is missing: cards were drawn, not read back", name, from)
	return ""
}

// Every printed card is read back by an independent reader, from the page as an office printer gives it: black and
// white, 300 dots an inch, the code 20 mm wide. CI reads the measured thousand; elsewhere KPDK_CARDS says how many.
func TestEveryPrintedCardIsReadBack(t *testing.T) {
	render, read := tool(t, "pdftoppm", "poppler-utils"), tool(t, "zbarimg", "zbar-tools")
	n := 40
	if os.Getenv("KPDK_CI") != "" {
		n = 1000
	}
	if text := os.Getenv("KPDK_CARDS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			t.Fatalf("KPDK_CARDS=%q", text)
		}
	}
	cards := plastics(t, n)
	portrait := somebody(t) // once: it is the codes that are read, and a face takes longer to shrink than ten cards to draw
	for i := range cards {
		if i%2 == 0 {
			cards[i].Photo = portrait
		}
	}
	started := time.Now()
	raw := sheets(t, cards)
	t.Logf("%d cards in %v, %d KiB", n, time.Since(started).Round(time.Millisecond), len(raw)>>10)
	dir := t.TempDir()
	file := filepath.Join(dir, "cards.pdf")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	const together = 4 // sheets that one run of each program takes
	sides := (n + PerSheet - 1) / PerSheet
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var mu sync.Mutex
	var seen []string
	for from := 0; from < sides; from += together {
		wait.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; wait.Done() }()
			name := filepath.Join(dir, fmt.Sprint("from", from, "-"))
			first, last := fmt.Sprint(2*from+1), fmt.Sprint(2*min(from+together, sides))
			if out, err := exec.Command(render, "-mono", "-r", "300", "-f", first, "-l", last, "-e", file, name).CombinedOutput(); err != nil { // the codes are on the backs, the even pages
				t.Errorf("pdftoppm: %v %s", err, out)
				return
			}
			backs, err := filepath.Glob(name + "*.pbm")
			if err != nil || len(backs) == 0 {
				t.Errorf("pages %s to %s: no pictures (%v)", first, last, err)
				return
			}
			out, err := exec.Command(read, append([]string{"--nodbus", "-q", "--raw", "-Sdisable", "-Sqrcode.enable"}, backs...)...).Output()
			if err != nil {
				t.Errorf("zbarimg, pages %s to %s: %v", first, last, err)
			}
			for _, back := range backs {
				_ = os.Remove(back)
			}
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")...)
		}()
	}
	wait.Wait()
	var want []string
	for _, c := range cards {
		want = append(want, c.Payload)
	}
	slices.Sort(want)
	slices.Sort(seen)
	if !slices.Equal(want, seen) {
		t.Errorf("%d of %d cards were read back", len(seen), len(want))
	}
	if dir := os.Getenv("KPDK_SHOTS"); dir != "" {
		if err := exec.Command(render, "-png", "-r", "100", "-l", "2", file, filepath.Join(dir, "card-sheet")).Run(); err != nil {
			t.Error(err)
		}
	}
}

// Printed on both sides and turned over the long edge, the back of each card must lie behind its front.
func TestBacksLieBehindTheirFronts(t *testing.T) {
	for i := range PerSheet {
		column, row := i%sheetColumns, i/sheetColumns
		fx, fy := place(column, row)
		bx, by := place(sheetColumns-1-column, row)
		if d := pdf.PageWidth - (bx + cardWidth) - fx; d > 1e-9 || d < -1e-9 || fy != by {
			t.Errorf("card %d: front at %v,%v, back at %v,%v", i, fx, fy, bx, by)
		}
	}
	if codeSide != plateSide*codeModules/(codeModules+2*pdf.Quiet) {
		t.Errorf("the code is %v mm wide", plateSide*codeModules/(codeModules+2*pdf.Quiet))
	}
	for _, c := range plastics(t, 3) {
		if n, err := pdf.Modules(c.Payload); err != nil || n != codeModules {
			t.Errorf("a card's code has %d modules a side (%v)", n, err)
		}
	}
}

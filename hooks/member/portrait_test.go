package member_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/member"
)

// quarters is a picture whose corners are red, green (right), blue (below) and white.
func quarters(w, h int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.SetRGBA(x, y, [2][2]color.RGBA{{{255, 0, 0, 255}, {0, 255, 0, 255}}, {{0, 0, 255, 255}, {255, 255, 255, 255}}}[y*2/h][x*2/w])
		}
	}
	return p
}

func asJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// held writes into a JPEG how the camera was held, and where it was.
func held(raw []byte, way uint16, order binary.AppendByteOrder) []byte {
	head := map[binary.AppendByteOrder]string{binary.BigEndian: "MM\x00*", binary.LittleEndian: "II*\x00"}[order]
	tiff := order.AppendUint16(order.AppendUint32([]byte(head), 8), 2)
	tiff = append(order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x010E), 2), 4), "RUMA"...)
	tiff = append(order.AppendUint16(order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x0112), 3), 1), way), 0, 0)
	body := append([]byte("Exif\x00\x00"), append(tiff, "GPS-RAHASIA"...)...)
	out := binary.BigEndian.AppendUint16([]byte{0xFF, 0xD8, 0xFF, 0xE1}, uint16(len(body)+2))
	return append(append(out, body...), raw[2:]...)
}

// bomb is a small file that says it unpacks to a large picture.
func bomb(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	head = append(head, 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

func code(err error) string {
	var f *fault.Fault
	if errors.As(err, &f) && f.Fields["file"].Code != "" {
		return f.Fields["file"].Code
	}
	return fmt.Sprint(err)
}

// What is no photo, or none that may be unpacked, is refused by name.
func TestBrokenPhotosAreRefused(t *testing.T) {
	good := asJPEG(t, quarters(600, 800))
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"nothing":              {nil, "member.photo_kind"},
		"a PDF":                {[]byte("%PDF-1.7\n"), "member.photo_kind"},
		"a drawing":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "member.photo_kind"},
		"a GIF":                {[]byte("GIF89a\x01\x00\x01\x00"), "member.photo_kind"},
		"a JPEG's beginning":   {good[:len(good)/2], "member.photo_broken"},
		"only a JPEG's head":   {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), "member.photo_broken"},
		"a PNG without pixels": {bomb(600, 800), "member.photo_broken"},
		"a bomb":               {bomb(60_000, 60_000), "member.photo_pixels"},
		"a long bomb":          {bomb(20_000, 400), "member.photo_pixels"},
		"13 million pixels":    {bomb(4_000, 3_250), "member.photo_pixels"},
		"a WebP's head":        {[]byte("RIFF\x00\x00\x00\x00WEBPVP8 "), "member.photo_broken"},
		"too small":            {asPNG(t, quarters(359, 480)), "member.photo_small"},
		"small on its side":    {held(asJPEG(t, quarters(400, 470)), 6, binary.BigEndian), "member.photo_small"},
		"too many bytes":       {append(bytes.Clone(good), make([]byte, 10<<20)...), "member.photo_large"},
	} {
		if out, err := member.Portrait(c.raw); code(err) != c.want || out != nil {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Whatever comes, a portrait is 3:4 and small, and says nothing of where it was taken.
func TestAPortraitIsDrawnAnew(t *testing.T) {
	for name, raw := range map[string][]byte{
		"portrait": asJPEG(t, quarters(600, 800)), "landscape": asJPEG(t, quarters(1600, 900)), "a strip": asPNG(t, quarters(400, 3000)), "just so": asPNG(t, quarters(360, 480)),
		"odd": asJPEG(t, quarters(1201, 1599)), "with a place": held(asJPEG(t, quarters(600, 800)), 1, binary.LittleEndian), "grey": asPNG(t, image.NewGray16(image.Rect(0, 0, 500, 700))),
	} {
		out, err := member.Portrait(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c, err := jpeg.DecodeConfig(bytes.NewReader(out)); err != nil || c.Width != 360 || c.Height != 480 || len(out) > 120_000 {
			t.Errorf("%s: %d×%d, %d bytes, %v", name, c.Width, c.Height, len(out), err)
		}
		if bytes.Contains(out, []byte("Exif")) || bytes.Contains(out, []byte("RAHASIA")) {
			t.Errorf("%s: what the camera wrote is still there", name)
		}
	}
}

// A photo stands upright, however the phone was held: the same picture in all eight ways gives one portrait.
func TestAPortraitStandsUpright(t *testing.T) {
	straight := quarters(600, 800)
	turned := func(way int) image.Image { // as the sensor saw it
		w, h := 600, 800
		if way >= 5 {
			w, h = 800, 600
		}
		p := image.NewRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				from := map[int][2]int{1: {x, y}, 2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y}, 5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x}}[way]
				p.Set(x, y, straight.At(from[0], from[1]))
			}
		}
		return p
	}
	for way := 1; way <= 8; way++ {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			out, err := member.Portrait(held(asJPEG(t, turned(way)), uint16(way), order))
			if err != nil {
				t.Fatal(way, err)
			}
			p, err := jpeg.Decode(bytes.NewReader(out))
			if err != nil {
				t.Fatal(way, err)
			}
			for at, want := range map[image.Point][3]uint32{{60, 60}: {255, 0, 0}, {300, 60}: {0, 255, 0}, {60, 420}: {0, 0, 255}, {300, 420}: {255, 255, 255}} {
				r, g, b, _ := p.At(at.X, at.Y).RGBA()
				for i, v := range []uint32{r >> 8, g >> 8, b >> 8} {
					if d := int(v) - int(want[i]); d > 12 || d < -12 {
						t.Errorf("way %d: %v is %d %d %d", way, at, r>>8, g>>8, b>>8)
						break
					}
				}
			}
		}
	}
}

// Any bytes are a portrait of the right size or are refused by a code.
func FuzzPortrait(f *testing.F) {
	small := asJPEG(f, quarters(360, 480))
	for _, raw := range [][]byte{small, held(small, 6, binary.BigEndian), held(small, 9, binary.LittleEndian), small[:200], bomb(60_000, 60_000), []byte("RIFF\x24\x00\x00\x00WEBPVP8L"), {0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF}} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, err := member.Portrait(raw)
		if err != nil {
			if !fault.IsFault(err) {
				t.Fatal(err)
			}
			return
		}
		if c, err := jpeg.DecodeConfig(bytes.NewReader(out)); err != nil || c.Width != 360 || c.Height != 480 {
			t.Fatal(c, err)
		}
	})
}

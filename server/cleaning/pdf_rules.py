"""What of a PDF is known, and so may stay: by the names that the standard (ISO 32000) gives its parts."""


def _names(text: str) -> frozenset[str]:
    return frozenset(f"/{name}" for name in text.split())


# What does something. Going to a page, or to an address that may be followed, is all that stays of it.
ACTIONS = _names(
    "GoTo GoToR GoToE GoToDp Launch Thread URI Sound Movie Hide Named SubmitForm ResetForm ImportData JavaScript "
    "SetOCGState Rendition Trans GoTo3DView RichMediaExecute"
)
HARMLESS = _names("GoTo URI")
# Of the document: its marks, how it is read aloud, the numbers of its pages, what of it can be switched on and off.
CATALOGUE = _names("Outlines StructTreeRoot MarkInfo Lang PageLabels OCProperties PageLayout")
VIEWER = _names("Direction DisplayDocTitle")
# Of a page.
PAGE = _names("MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit Resources Contents Group StructParents Tabs")
# Of what is drawn over a page: marks, and what there is to say of one.
DRAWN = _names("Highlight Underline Squiggly StrikeOut FreeText Line Square Circle Polygon PolyLine Ink Stamp Caret")
MARK = _names("Rect F AP AS C Border BS H QuadPoints StructParent CA IC L LE Vertices InkList DA DS Q RD")
FIELD = _names("Rect StructParent")
# What no dictionary keeps, unless it only lists things by names that somebody gave them, as a page lists its fonts.
LEFT = _names(
    "AA OpenAction JS JavaScript EF EmbeddedFiles AF RF XFA AcroForm RichMediaContent RichMediaSettings Metadata PieceInfo "
    "LastModified Ref OPI Trans PresSteps Measure Alternates NA PA"
)
BY_NAME = _names("Font XObject ExtGState ColorSpace Pattern Shading Properties CharProcs RoleMap ClassMap N R D Dests")
# Of a stream: that it lies in another file.
OUTSIDE = _names("F FFilter FDecodeParms Length")
# What is never copied, wherever it stands: another document's parts, pages that are not shown, files.
UNKNOWN = _names("Catalog Pages Page Filespec EmbeddedFile Action Sig XRef ObjStm Metadata Encrypt")
MEDIA = _names("RichMedia Screen Movie Sound 3D")
COMMENTS = _names("Text Popup")
